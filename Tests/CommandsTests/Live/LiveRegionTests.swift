import Testing

@testable import PETLCommands

/// What is written to the terminal, in the order it takes effect.
@Suite struct LiveRegionTests {
  private static func lines(_ texts: String...) -> [[Piece]] { texts.map { [Piece(text: $0)] } }

  @Test func draws() {
    var region = LiveRegion()
    let first = region.draw(Self.lines("one", "two"), columns: 80, isColoured: false)
    #expect(first == "one\u{1B}[K\ntwo\u{1B}[K\n\u{1B}[J")
    // From the top of what is there; what it was longer goes.
    let second = region.draw(Self.lines("1"), columns: 80, isColoured: false)
    #expect(second == "\r\u{1B}[2A1\u{1B}[K\n\u{1B}[J")
    let same = region.draw(Self.lines("1"), columns: 80, isColoured: false)
    #expect(same.isEmpty)
    let note = region.insert("note\n", columns: 80, isColoured: false)
    #expect(note == "\r\u{1B}[1A\u{1B}[Jnote\n1\u{1B}[K\n\u{1B}[J")
    let none = region.draw([], columns: 80, isColoured: false)
    #expect(none == "\r\u{1B}[1A\u{1B}[J")
    #expect(region.isEmpty)
    let plain = region.insert("note\n", columns: 80, isColoured: false)
    #expect(plain == "note\n")
  }

  /// A narrower terminal has wrapped what was drawn.
  @Test func wraps() {
    var region = LiveRegion()
    _ = region.draw(Self.lines("0123456789", "0"), columns: 80, isColoured: false)
    let again = region.draw(Self.lines("a"), columns: 4, isColoured: false)
    #expect(again.hasPrefix("\r\u{1B}[4Aa"))
    // Three rows of four columns, and one; or two where lines are not wrapped.
    _ = region.draw(Self.lines("0123456789", ""), columns: 4, isColoured: false)
    let fixed = region.draw(Self.lines("b"), columns: .max, isColoured: false)
    #expect(fixed.hasPrefix("\r\u{1B}[2Ab"))
  }

  /// After a pause nothing is drawn over: it begins anew below.
  @Test func leaves() {
    var region = LiveRegion()
    _ = region.draw(Self.lines("one"), columns: 80, isColoured: false)
    region.leave()
    let again = region.draw(Self.lines("one"), columns: 80, isColoured: false)
    #expect(again == "one\u{1B}[K\n\u{1B}[J")
  }

  @Test func colours() {
    let pieces = [Piece(text: "a", style: .strong), Piece(text: " b")]
    let coloured = LiveRegion.text(pieces, isColoured: true)
    #expect(coloured == "\u{1B}[1ma\u{1B}[0m b")
    let plain = LiveRegion.text(pieces, isColoured: false)
    #expect(plain == "a b")
  }
}
