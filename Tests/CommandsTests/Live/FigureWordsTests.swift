import Networks
import PETL
import Testing

@testable import PETLCommands

/// Figures of files in words, whatever they are.
@Suite struct FigureWordsTests {
  @Test(arguments: [
    (0, "0 s"), (59.6, "1 min 00 s"), (185, "3 min 05 s"), (7800, "2 h 10 min"),
    (Double.nan, "not finite"), (.infinity, "not finite"), (1e300, "277777777777 h 46 min"),
  ])
  func durations(_ seconds: Double, _ words: String) {
    #expect(duration(seconds) == words)
  }

  @Test(arguments: [
    (Double.nan, 0), (.infinity, 1_000_000_000_000_000), (-1e30, -1_000_000_000_000_000),
    (2.5, 3), (1e19, 1_000_000_000_000_000),
  ])
  func wholeNumbers(_ value: Double, _ expected: Int) {
    #expect(wholeNumber(value) == expected)
  }

  /// What is not a number has no sign, whatever its bits say.
  @Test(arguments: [Double.nan, -Double.nan, Double.infinity - .infinity])
  func notANumber(_ value: Double) {
    for text in [fixed(value, 4), scientific(value), significant(value), exact(value)] {
      #expect(text == "nan")
    }
    #expect(exact(Float(value)) == "nan")
    #expect(percent(value) == "nan %")
  }

  @Test func others() {
    #expect(
      [fixed(-0.5, 2), fixed(.infinity, 1), fixed(-.infinity, 1)] == ["-0.50", "inf", "-inf"])
    #expect(
      [scientific(0.00015), significant(0.123456), exact(0.1)] == ["1.5e-04", "0.1235", "0.1"])
  }
}
