import TestSupport
import Testing

@testable import Checkpoints

struct JSONTests {
  func read(_ text: String) throws -> JSONValue {
    try JSONValue(parsing: Array(text.utf8), name: "x.json")
  }

  @Test func readsEveryKind() throws {
    let value = try read(#" {"a":[null,true,false,-1,0.5,1e3,""],"b":{}} "#)
    #expect(
      value["a"]?.elements
        == [
          .null, .bool(true), .bool(false), .integer(-1), .number(0.5), .number(1000), .string(""),
        ]
    )
    #expect(value["b"]?.members?.isEmpty == true)
    #expect(value["c"] == nil)
    #expect(try read("9223372036854775808").double == 0x1p63)
  }

  @Test func readsEscapes() throws {
    #expect(try read(#""\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00""#).text == "\"\\/\u{8}\u{C}\n\r\té😀")
  }

  @Test(arguments: [
    ("", 0), ("01", 1), ("1.", 2), (".5", 0), ("+1", 0), ("1e", 2), ("-", 1), ("nul", 0),
    ("[1,]", 3), ("[1 2]", 3), ("{\"a\":1,}", 7), ("{a:1}", 1), ("\"\\x\"", 1), ("\"\\u12\"", 5),
    ("\"\\ud800\"", 1), ("\"\\ud800\\u0041\"", 1), ("\"\\udc00\"", 1), ("\"a\nb\"", 2),
    ("\"abc", 0), ("\"\\", 1), ("NaN", 0), ("1e999", 0), ("{\"a\":1,\"a\":2}", 7), ("[1] x", 4),
  ])
  func refuses(_ text: String, at byte: Int) {
    let message = complaint { try read(text) }
    #expect(message.contains("x.json: not valid JSON at byte \(byte):"), "\(message)")
  }

  @Test func boundsTheDepth() throws {
    let open = String(repeating: "[", count: 64)
    let close = String(repeating: "]", count: 64)
    #expect(try read(open + close).elements?.count == 1)
    expectComplaint("deeper than 64") { try read("[" + open + close + "]") }
  }

  @Test func writesAsPythonDoes() throws {
    // json.dumps({"b": [1, 2.5, None], "a": {}, "é😀\x7f": "\n\x01", "c": [], "d": 1e-05},
    //            indent=2, sort_keys=True)
    let value = JSONValue.object([
      .init("b", .array([.integer(1), .number(2.5), .null])), .init("a", .object([])),
      .init("é😀\u{7F}", .string("\n\u{1}")), .init("c", .array([])), .init("d", .number(1e-05)),
    ])
    let expected = """
      {
        "a": {},
        "b": [
          1,
          2.5,
          null
        ],
        "c": [],
        "d": 1e-05,
        "\\u00e9\\ud83d\\ude00\u{7F}": "\\n\\u0001"
      }
      """
    #expect(try value.formatted() == expected)
    #expect(try read(expected)["é😀\u{7F}"]?.text == "\n\u{1}")
    expectComplaint("nan") { try JSONValue.number(.nan).formatted() }
  }
}
