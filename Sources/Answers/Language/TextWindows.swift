import Backbones
import Networks
import PETL

/// Texts cut into stretches that a network takes at once.
struct TextWindows {
  /// A stretch of a text.
  struct Window {
    let ids: [Int]
    let counts: [Bool]
  }

  /// The stretches, text by text, each with a token to predict.
  let windows: [Window]

  /// Cuts texts into stretches that do not overlap.
  ///
  /// - Parameters:
  ///   - texts: with their tokens.
  ///   - length: the most tokens of a stretch, at least two.
  init(_ texts: [TokenizedText], length: Int) {
    windows = texts.flatMap { text in
      stride(from: 0, to: text.ids.count, by: length).map { start in
        let range = start..<min(text.ids.count, start + length)
        return Window(ids: Array(text.ids[range]), counts: Array(text.counts[range]))
      }
    }.filter { $0.counts.dropFirst().contains(true) }
  }

  /// Batches of stretches that follow each other.
  ///
  /// - Parameter size: stretches at once.
  /// - Returns: each with what is to be predicted at each of its rows.
  func batches(_ size: Int) -> [(batch: TokenBatch, targets: [Int?])] {
    stride(from: 0, to: windows.count, by: size).map { start in
      let part = windows[start..<min(windows.count, start + size)]
      let batch = TokenBatch(part.map(\.ids))
      let counts = part.flatMap {
        $0.counts + Array(repeating: false, count: batch.length - $0.counts.count)
      }
      return (batch, batch.targets(counting: counts))
    }
  }
}
