import Datasets
import Testing

/// Words and bytes of what is to be predicted.
@Suite struct TextSizeTests {
  @Test func whatCounts() {
    let records = [
      TextRecord([.init(" a é\u{A0}b\r\nc ", counts: true)]),
      // A word over two stretches that count is one word.
      TextRecord([
        .init("no not this", counts: false), .init("on", counts: true),
        .init("e two", counts: true),
        .init("nor this", counts: false), .init("three", counts: true),
      ]),
    ]
    let size = TextSize(counting: records)
    #expect(size.words == 4 + 3)
    #expect(size.bytes == 12 + 7 + 5)
    #expect(TextSize(counting: []).words == 0)
  }
}
