import Backbones
import PETL

/// Stretches of texts that a decoder takes at once.
package struct TextWindows: Sendable {
  /// A stretch of a text.
  package struct Window: Sendable, Hashable {
    /// The numbers of its tokens.
    package let ids: [Int]
    /// Whether each is to be predicted; the first is not, for nothing stands before it.
    package let counts: [Bool]

    /// Whether there is a token to predict.
    var isOfUse: Bool { counts.dropFirst().contains(true) }
  }

  /// The stretches, text by text, each with a token to predict.
  package let windows: [Window]
  /// How many texts were longer than a stretch, and lost their ends.
  package private(set) var shortened = 0
  /// How many texts have no token to predict.
  package private(set) var useless = 0

  /// Cuts texts into stretches that do not overlap.
  ///
  /// - Parameters:
  ///   - texts: with their tokens.
  ///   - length: the most tokens of a stretch, at least two.
  package init(_ texts: [TokenizedText], length: Int) {
    windows = texts.flatMap { Self.stretches($0, length) }.filter(\.isOfUse)
  }

  /// Takes the beginning of each text, and all stretches of a whole file.
  ///
  /// - Parameters:
  ///   - texts: with their tokens.
  ///   - isFile: whether each is a whole file.
  ///   - length: the most tokens of a stretch, at least two.
  package init(beginnings texts: [TokenizedText], isFile: [Bool], length: Int) {
    var (windows, shortened, useless) = ([Window](), 0, 0)
    for (text, isFile) in zip(texts, isFile) {
      let all = Self.stretches(text, length)
      let own = (isFile ? all : Array(all.prefix(1))).filter(\.isOfUse)
      if !isFile, all.count > 1 { shortened += 1 }
      if own.isEmpty { useless += 1 }
      windows += own
    }
    (self.windows, self.shortened, self.useless) = (windows, shortened, useless)
  }

  /// Joins texts in their order, and cuts what comes of it.
  ///
  /// - Parameters:
  ///   - texts: with their tokens.
  ///   - length: the tokens of a stretch; the last one may have fewer.
  package init(packing texts: [TokenizedText], length: Int) {
    var whole = TokenizedText(ids: [], counts: [])
    for text in texts {
      whole.ids += text.ids
      whole.counts += text.counts
    }
    windows = Self.stretches(whole, length).filter(\.isOfUse)
  }

  private static func stretches(_ text: TokenizedText, _ length: Int) -> [Window] {
    stride(from: 0, to: text.ids.count, by: length).map { start in
      let range = start..<min(text.ids.count, start + length)
      return Window(ids: Array(text.ids[range]), counts: Array(text.counts[range]))
    }
  }

  /// Batches of stretches that follow each other.
  ///
  /// - Parameter size: stretches at once.
  /// - Returns: each with what is to be predicted at each of its rows.
  package func batches(_ size: Int) -> [(batch: TokenBatch, targets: [Int?])] {
    stride(from: 0, to: windows.count, by: size).map { start in
      Self.batch(windows[start..<min(windows.count, start + size)])
    }
  }

  /// Some stretches at once, with what is to be predicted at each row.
  package static func batch(
    _ windows: some Collection<Window>
  ) -> (batch: TokenBatch, targets: [Int?]) {
    let batch = TokenBatch(windows.map(\.ids))
    let counts = windows.flatMap {
      $0.counts + Array(repeating: false, count: batch.length - $0.counts.count)
    }
    return (batch, batch.targets(counting: counts))
  }
}
