import Testing

@testable import PETLCommands

@Suite struct SparklineTests {
  @Test(
    arguments: [
      ([0, 1, 2, 3, 4, 5, 6, 7], 8, "▁▂▃▄▅▆▇█"),
      ([7, 0], 8, "█▁"),
      // Two values each, whose means are 1, 3, 5, 7.
      ([0, 2, 2, 4, 4, 6, 6, 8], 4, "▁▃▆█"),
      ([2, 2, 2], 8, "▅▅▅"),
      ([1, .nan, 2, .infinity], 8, "▁ █ "),
      ([-1e308, 1e308], 8, "▁█"),
      ([.nan], 8, " "),
      ([], 8, ""),
      ([1, 2], 0, ""),
    ] as [([Double], Int, String)])
  func curves(_ values: [Double], _ width: Int, _ expected: String) {
    let text = Sparkline(values: values).text(width: width, .unicode)
    #expect(text == expected)
  }

  @Test func ascii() {
    let text = Sparkline(values: [0, 1, 2, 3, 4, 5, 6, 7]).text(width: 8, .ascii)
    #expect(text == "_.-=+*%#")
    let bar = Glyphs.ascii.bar(0.5, width: 4)
    #expect(bar == "##--")
    let full = Glyphs.unicode.bar(1.1, width: 3)
    #expect(full == "███")
    let empty = Glyphs.unicode.bar(-1, width: 2)
    #expect(empty == "░░")
  }

  /// As for every program, LC_ALL goes before LC_CTYPE, and that before LANG.
  @Test(
    arguments: [
      (["LANG": "de_DE.UTF-8"], true), (["LANG": "C"], false), ([:], false),
      (["LC_ALL": "C", "LANG": "en_US.UTF-8"], false),
      (["LC_ALL": "", "LC_CTYPE": "C.utf8", "LANG": "C"], true),
    ] as [([String: String], Bool)])
  func locales(_ environment: [String: String], _ isUnicode: Bool) {
    let glyphs = Glyphs.fitting(environment)
    #expect((glyphs.redundancy == "|ρ|") == isUnicode)
  }

  /// However many values come, few means stay, and they are those of all values.
  @Test func bounded() {
    var curve = BoundedCurve(limit: 8)
    for value in 0..<1000 { curve.add(Double(value)) }
    let means = curve.means
    #expect(means.count >= 4)
    #expect(means.count < 8)
    #expect(means == means.sorted())
    // 128 values each: the first are 0…127.
    #expect(means[0] == 63.5)
    #expect(means[1] == 191.5)
  }
}
