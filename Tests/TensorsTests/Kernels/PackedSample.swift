import CKernels
import TestSupport

@testable import Tensors

/// The matrices of one product: y [rows, cols] from x [rows, width] and w [width, cols].
struct PackedSample {
  let x: Matrix
  let w: Matrix
  let bias: Matrix
  let y: Matrix
  let other: Matrix

  init(_ rows: Int, _ width: Int, _ cols: Int) {
    x = Matrix(rows, width, gap: 3, seed: 1)
    w = Matrix(width, cols, gap: 2, seed: 2)
    bias = Matrix(1, cols, gap: 0, seed: 3)
    y = Matrix(rows, cols, gap: 5, seed: 4)
    other = Matrix(rows, cols, gap: 4, seed: 5)
  }

  /// w, or its transpose, packed in panels of that many steps.
  func packed(
    _ steps: Int, _ cols: Int, by kernels: petl_kernels, transposed: Bool, half: Bool = false
  ) -> [Float] {
    let panel = unsafe kernels.panel
    var packed = [Float](repeating: 7, count: steps * ((cols + panel - 1) / panel * panel) + 1)
    let (k, rowStride, columnStride) =
      transposed ? (w.cols, 1, w.stride) : (w.rows, w.stride, 1)
    let pack = unsafe half ? kernels.pack_half : kernels.pack
    unsafe pack(k, cols, w.values, rowStride, columnStride, &packed)
    precondition(packed.last == 7, "Packing wrote beyond its memory.")
    return packed
  }

  /// What is wrong with the results, given the product without its finish.
  func complaint(
    _ y: Matrix, _ other: Matrix, _ finish: petl_finish,
    _ product: (Int, Int) -> (value: Double, terms: Double)
  ) -> String? {
    let values = y.complaint(before: self.y) { i, c in
      let v = product(i, c)
      let o = Double(self.other[i, c])
      switch finish {
      case PETL_ADD_OTHER: return (v.value + o, v.terms + abs(o))
      case PETL_GELU_SLOPE: return (geluInDouble(v.value).value, v.terms + 1)
      case PETL_QUICK_GELU_SLOPE: return (quickGELUInDouble(v.value).value, 2 * v.terms + 1)
      case PETL_TIMES_OTHER: return (v.value * o, v.terms * max(1, abs(o)))
      default: return v
      }
    }
    if let values { return values }
    let others = other.complaint(before: self.other) { i, c in
      let v = product(i, c)
      switch finish {
      case PETL_GELU_SLOPE: return (geluInDouble(v.value).slope, v.terms + 1)
      case PETL_QUICK_GELU_SLOPE: return (quickGELUInDouble(v.value).slope, 2 * v.terms + 1)
      default: return (Double(self.other[i, c]), 0)
      }
    }
    return others.map { "the other: \($0)" }
  }
}

/// The nearest bfloat16, ties to even.
func rounded(_ x: Float) -> Float {
  if x.isNaN || x.isInfinite { return x }
  let bits = x.bitPattern
  let below = Float(bitPattern: bits & 0xFFFF_0000)
  let above = Float(bitPattern: (bits & 0xFFFF_0000) &+ 0x1_0000)
  let (down, up) = (Double(x) - Double(below), Double(above) - Double(x))
  if down.magnitude != up.magnitude { return down.magnitude < up.magnitude ? below : above }
  return (bits >> 16) & 1 == 0 ? below : above
}
