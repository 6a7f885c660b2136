import Backbones
import Datasets
import Networks
import PETL
import Tokenization

extension LanguagePredictor {
  /// One vector for each text.
  ///
  /// Texts of like length go together, and the vectors stand in the order of the texts. A text is cut at the most
  /// tokens that the network takes.
  ///
  /// - Parameters:
  ///   - records: the texts.
  ///   - pooling: what a vector is made of.
  ///   - length: the most tokens of a text, special ones counted; nil for what the network was made for.
  ///   - batchSize: texts at once.
  /// - Returns: the vectors as predictions without labels.
  /// - Throws: `DiagnosticError` for a text without a token, or a length that does not fit the network.
  public func features(
    of records: [TextRecord], pooling: TextPooling, length: Int? = nil, batchSize: Int
  ) throws -> Predictions {
    let most = configuration.longestText ?? configuration.context
    if let length, length < 1 || configuration.longestText.map({ length > $0 }) ?? false {
      throw DiagnosticError("a length of \(length) does not fit \(name), which takes 1 to \(most)")
    }
    let limit = length ?? most
    var texts = records.map { TokenizedText($0, tokenizer) }
    let empty = zip(records, texts).filter { $0.1.ids.isEmpty }
    guard empty.isEmpty else {
      throw listed(
        empty.map { Diagnostic("\($0.0.place): the text has no token") },
        "such texts")
    }
    let long = texts.count { $0.ids.count > limit }
    for index in texts.indices where texts[index].ids.count > limit {
      texts[index] = shortened(records[index], to: limit)
    }
    var features = [Float](repeating: 0, count: texts.count * configuration.width)
    let order = texts.indices.sorted { (texts[$0].ids.count, $0) < (texts[$1].ids.count, $1) }
    for start in stride(from: 0, to: order.count, by: batchSize) {
      let part = order[start..<min(order.count, start + batchSize)]
      let batch = TokenBatch(
        part.map { texts[$0].ids }, types: hasTypes ? part.map { texts[$0].types } : nil)
      let rows = noGradient { batch.pooled(hidden(batch), by: pooling).values }
      for (row, index) in part.enumerated() {
        let width = configuration.width
        features.replaceSubrange(
          index * width..<(index + 1) * width, with: rows[row * width..<(row + 1) * width])
      }
    }
    let note = Note.warning(
      "\(long) of \(texts.count) texts are longer than \(limit) tokens: their ends are left out")
    return Predictions(
      count: texts.count, features: features, width: configuration.width, logits: nil,
      classes: nil, labels: Array(repeating: -1, count: texts.count), names: nil,
      notes: long > 0 ? [note] : [])
  }

  private var hasTypes: Bool { configuration.tokenTypes > 1 }

  /// A text cut by the tokenizer, which keeps its special tokens.
  private func shortened(_ record: TextRecord, to length: Int) -> TokenizedText {
    var text = TokenizedText(record, tokenizer)
    if let pair = record.pair {
      let both = tokenizer.encodePair(record.text, pair, length: length)
      (text.ids, text.types) = (both.ids, both.typeIDs)
    } else {
      text.ids = tokenizer.encode(
        record.text, addsSpecialTokens: !record.isFramed, length: length)
      text.types = Array(repeating: 0, count: text.ids.count)
    }
    return text
  }

  private func hidden(_ batch: TokenBatch) -> Tensor {
    switch network {
    case .decoder(let decoder):
      decoder.hidden(batch, adapters: adapters, pass: pass(batch.count))
    case .encoder(let encoder):
      encoder.hidden(batch, adapters: adapters, pass: pass(batch.count))
    }
  }
}
