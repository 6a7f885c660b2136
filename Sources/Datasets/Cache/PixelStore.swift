/// The pixels of many images of one size: in memory, or in a file that is mapped.
public enum PixelStore: Sendable {
  /// Bytes, 0…255.
  case bytes([UInt8])
  /// Numbers from 0 to 255 that were not rounded.
  case floats([Float])
  /// Either of the two, in a file.
  case mapped(MappedPixels)

  /// Pixels in memory for as long as a closure runs.
  @safe enum View {
    case bytes(UnsafeBufferPointer<UInt8>)
    case floats(UnsafeBufferPointer<Float>)
  }

  /// Whether the pixels are bytes, not floats.
  public var areBytes: Bool {
    switch self {
    case .bytes: true
    case .floats: false
    case .mapped(let file): !file.layout.isFloat
    }
  }

  /// The number of samples: pixels times channels.
  public var count: Int {
    switch self {
    case .bytes(let bytes): bytes.count
    case .floats(let floats): floats.count
    case .mapped(let file): file.layout.samples
    }
  }

  /// Gives the pixels to a closure.
  func withView<Result>(_ body: (View) throws -> Result) rethrows -> Result {
    switch self {
    case .bytes(let bytes):
      try unsafe bytes.withUnsafeBufferPointer { try body(unsafe .bytes($0)) }
    case .floats(let floats):
      try unsafe floats.withUnsafeBufferPointer { try body(unsafe .floats($0)) }
    case .mapped(let file): try file.withView(body)
    }
  }

  /// Some parts of the pixels, one after the other, in memory.
  func copying(_ parts: some Sequence<Range<Int>>) -> PixelStore {
    withView { view in
      switch view {
      case .bytes(let all):
        .bytes(parts.flatMap { unsafe Array(UnsafeBufferPointer(rebasing: all[$0])) })
      case .floats(let all):
        .floats(parts.flatMap { unsafe Array(UnsafeBufferPointer(rebasing: all[$0])) })
      }
    }
  }
}
