import PETL
import Testing

@testable import Datasets

@Suite("Embedded data")
struct EmbeddedTests {
  @Test("holds the digits, 800/200/797")
  func digits() throws {
    let digits = try EmbeddedData.digits()
    #expect(digits.train?.pixels?.shape == [800, 8, 8, 1])
    #expect(digits.val?.pixels?.shape == [200, 8, 8, 1])
    #expect(digits.test?.pixels?.shape == [797, 8, 8, 1])
    #expect(digits.description.licence == "CC BY 4.0")
    #expect(digits.description.source.contains("10.24432/C50P49"))
    let all = [digits.train, digits.val, digits.test].compactMap { $0?.pixels }
    // The class counts of the UCI test part (optdigits.names).
    let counts = (0..<10).map { digit in
      all.reduce(0) { $0 + $1.labels.count { $0 == digit } }
    }
    #expect(counts == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180])
    // The shuffle must not change: results on the digits are compared between versions.
    #expect(digits.train?.labels.prefix(10) == [8, 3, 2, 1, 5, 0, 1, 9, 6, 9])
    let values = Set(all.flatMap(\.images))
    #expect(values == Set((0...16).map { UInt8((Double($0) * 255 / 16).rounded()) }))
  }

  @Test("gives the bytes of a file by name")
  func bytes() {
    #expect(EmbeddedData.bytes(named: "digits")?.count == 1797 * 65)
    // The first record of load_digits is a zero whose first row is 0 0 5 13 9 1 0 0.
    #expect(EmbeddedData.bytes(named: "digits")?.prefix(9) == [0, 0, 0, 5, 13, 9, 1, 0, 0])
    #expect(EmbeddedData.bytes(named: "digit") == nil)
  }
}
