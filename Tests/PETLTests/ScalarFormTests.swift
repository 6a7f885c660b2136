import Testing

@testable import PETL

@Suite struct ScalarFormTests {
  @Test(arguments: [
    ("", ScalarForm.null), ("~", .null), ("null", .null), ("Null", .null), ("nUll", .text),
    ("true", .boolean(true)), ("Yes", .boolean(true)), ("ON", .boolean(true)), ("y", .text),
    ("false", .boolean(false)), ("no", .boolean(false)), ("Off", .boolean(false)), ("oFF", .text),
    ("0", .integer(0)), ("-0", .integer(0)), ("+12", .integer(12)), ("1_000", .integer(1000)),
    ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
    ("9223372036854775808", .hugeInteger), ("007", .leadingZero), ("-01", .leadingZero),
    ("1e-3", .number(0.001)), ("1E+3", .number(1000)), ("1.", .number(1)), (".5", .number(0.5)),
    ("-1_0.5e1", .number(-105)), ("0.10", .number(0.1)), ("00.5", .number(0.5)),
    (".inf", .notFinite), ("-.Inf", .notFinite), (".NaN", .notFinite), ("nan", .notFinite),
    ("1e999", .notFinite), ("infinity", .notFinite),
    ("0x1F", .text), ("1:30", .text), ("1e", .text), ("e3", .text), (".", .text), ("-", .text),
    ("--1", .text), ("1.2.3", .text), ("_1", .text), ("1 ", .text), ("1e-", .text), ("٣", .text),
    ("query", .text),
  ])
  func forms(_ text: String, _ expected: ScalarForm) {
    #expect(ScalarForm(plain: text) == expected)
  }
}
