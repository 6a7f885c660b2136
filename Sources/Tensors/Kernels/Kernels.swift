import CKernels

/// The C kernels behind a safe face: tensors in, tensors out, sizes checked, rows split over the
/// workers.
///
/// Together with `GEMM`, the only place of this module that touches raw memory.
enum Kernels {
  /// The set for this CPU, chosen once.
  // Safe: a table of functions that nobody changes.
  nonisolated(unsafe) static let table: petl_kernels = unsafe petl_kernels_selected().pointee

  /// Fewer elements than this are not worth a second thread.
  static let grain = 16 * 1024

  typealias Binary = petl_binary
  typealias Unary = petl_unary
}

extension Tensor {
  @unsafe var pointer: UnsafeMutablePointer<Float> { unsafe storage.pointer + offset }
}

// MARK: - Moving values

extension Kernels {
  static func copy(_ values: [Float], to y: Tensor) {
    unsafe values.withUnsafeBufferPointer { source in
      guard let base = source.baseAddress else { return }
      unsafe y.pointer.update(from: base, count: source.count)
    }
  }

  static func array(of x: Tensor) -> [Float] {
    let count = x.count
    return unsafe Array(unsafeUninitializedCapacity: count) { buffer, initialized in
      if let base = buffer.baseAddress { unsafe base.update(from: x.pointer, count: count) }
      initialized = count
    }
  }

  static func element(of x: Tensor, at index: Int) -> Float { unsafe x.pointer[index] }

  static func fill(_ y: Tensor, with value: Float) {
    Workers.split(y.count, grain: grain * 4) { range in
      unsafe (y.pointer + range.lowerBound).update(repeating: value, count: range.count)
    }
  }
}
