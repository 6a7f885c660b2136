/// A text that grows until one of some texts comes, and shows nothing that may be a beginning of one.
struct StoppingText {
  private let stops: [[UInt8]]
  private var bytes: [UInt8] = []
  private var shown = 0
  /// Whether one of the texts came.
  private(set) var isStopped = false

  init(_ stops: [String]) { self.stops = stops.map { Array($0.utf8) }.filter { !$0.isEmpty } }

  /// All of it, without what it stopped at.
  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Adds to it.
  ///
  /// - Parameter more: what comes next, in whole characters.
  /// - Returns: what can be shown now.
  mutating func append(_ more: String) -> String {
    guard !isStopped, !more.isEmpty else { return "" }
    let old = bytes.count
    bytes += Array(more.utf8)
    let longest = stops.map(\.count).max() ?? 0
    let from = max(0, old - longest + 1)
    let found = stops.compactMap { bytes[from...].firstRange(of: $0)?.lowerBound }.min()
    if let found {
      bytes.removeLast(bytes.count - found)
      isStopped = true
      return show(to: bytes.count)
    }
    return show(to: bytes.count - heldBack)
  }

  /// What was held back, once nothing more comes.
  mutating func finish() -> String { show(to: bytes.count) }

  private mutating func show(to end: Int) -> String {
    guard end > shown else { return "" }
    defer { shown = end }
    return String(decoding: bytes[shown..<end], as: UTF8.self)
  }

  /// How many bytes at the end may be the beginning of one of the texts.
  private var heldBack: Int {
    stops.reduce(0) { most, stop in
      let longest = min(stop.count - 1, bytes.count)
      let count = stride(from: longest, to: most, by: -1).first {
        bytes.suffix($0).elementsEqual(stop.prefix($0))
      }
      return max(most, count ?? 0)
    }
  }
}
