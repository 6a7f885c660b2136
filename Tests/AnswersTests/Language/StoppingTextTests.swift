import Testing

@testable import Answers

/// What is shown of a text that may have to stop.
@Suite struct StoppingTextTests {
  @Test func nothingIsShownThatMayBeAStop() {
    var text = StoppingText(["\n\n", "END"])
    #expect(text.append("a\n") == "a")
    #expect(text.append("bE") == "\nb")
    #expect(text.append("N") == "")
    #expect(text.append("x") == "ENx")
    #expect(text.append("yEN") == "y")
    #expect(text.append("D and more") == "")
    #expect(text.isStopped)
    #expect(text.text == "a\nbENxy")
    #expect(text.append("z") == "")
    #expect(text.finish() == "")
  }

  @Test func whatWasHeldBackIsShownAtTheEnd() {
    var text = StoppingText(["stop"])
    #expect(text.append("a st") == "a ")
    #expect(text.finish() == "st")
    #expect(text.text == "a st")
  }

  /// Of two the earlier counts; a stop in the middle of one piece cuts the rest off.
  @Test func theFirstOfSeveral() {
    var text = StoppingText(["cd", "bc", ""])
    #expect(text.append("abcde") == "a")
    #expect(text.isStopped && text.text == "a")
  }

  @Test func everySplitShowsTheSame() {
    let whole = "aab baab baa"
    for stops in [["baab"], ["ab b", "x"], ["zz"], ["aa"]] {
      var expected = whole
      for stop in stops {
        if let range = expected.firstRange(of: stop) {
          expected = String(expected[..<range.lowerBound])
        }
      }
      for size in 1...whole.count {
        var text = StoppingText(stops)
        var shown = ""
        for start in stride(from: 0, to: whole.count, by: size) {
          shown += text.append(String(whole.dropFirst(start).prefix(size)))
        }
        shown += text.finish()
        #expect(shown == expected && text.text == expected, "\(stops) by \(size)")
      }
    }
  }
}
