import PETL
import TestSupport
import Testing

@testable import Checkpoints

/// Expressions mean what Python's `re` says (Tests/Fixtures/make_patterns.py), or are refused.
struct PythonPatternTests {
  private struct Row {
    let pattern: String
    /// Texts with what `fullmatch` and `match` say; nil of an expression that Python refuses.
    let texts: [(text: String, whole: Bool, start: Bool)]?
  }

  private func rows() throws -> [Row] {
    let path = fixture("patterns/patterns.json")
    let json = try JSONValue(parsing: readFile(path, limit: 1 << 20), name: path)
    return try (json.elements ?? []).map { row in
      let parts = try #require(row.elements)
      return Row(
        pattern: try #require(parts[0].text),
        texts: try parts[1].elements?.map { text in
          let values = try #require(text.elements)
          let (whole, start): (Bool?, Bool?) = (values[1].flag, values[2].flag)
          return (try #require(values[0].text), whole == true, start == true)
        })
    }
  }

  @Test func agreesWithPython() throws {
    var (equal, refused, unsupported) = (0, 0, 0)
    for row in try rows() {
      let pattern: PythonPattern
      do {
        pattern = try PythonPattern(row.pattern)
      } catch let fault as PatternFault {
        if row.texts == nil {
          refused += 1
        } else {
          unsupported += 1
          let isNamed = fault.reason.contains("not supported") && fault.hint != nil
          #expect(isNamed, "\(row.pattern): \(fault.reason)")
        }
        continue
      }
      guard let texts = row.texts else {
        Issue.record("\(row.pattern) is no expression")
        continue
      }
      for (text, whole, start) in texts {
        var steps = 200_000
        do {
          let found = try pattern.matches(text, steps: &steps)
          #expect(found == whole, "\(row.pattern) on \(text.debugDescription)")
          let begins = try pattern.matchesStart(of: text, steps: &steps)
          #expect(begins == start, "\(row.pattern) at the start of \(text.debugDescription)")
          equal += 1
        } catch let fault as PatternFault {
          #expect(fault.reason.contains("ignores case"), "\(row.pattern): \(fault.reason)")
        }
      }
    }
    #expect(equal > 4000, "\(equal), \(refused), \(unsupported)")
    #expect(refused > 200, "\(equal), \(refused), \(unsupported)")
    #expect(unsupported < 20, "\(equal), \(refused), \(unsupported)")
  }

  @Test func findsTheNumberOfALayer() throws {
    let pattern = try PythonPattern(#"(?:^|.*?\.)(blocks|layers)\.(?P<idx>\d+)\."#)
    func index(_ path: String) throws -> String? {
      var steps = 10_000
      return try pattern.group("idx", ofMatchIn: path, steps: &steps)
    }
    #expect(try index("vit.layers.12.experts.3.q") == "12")
    #expect(try index("blocks.0.attn.qkv") == "0")
    #expect(try index("head") == nil)
  }

  /// Python does not end on these: here they end at once, with the answer or without.
  @Test(arguments: [
    "(.*)*(.*)*(.*)*(.*)*x", "(a+)+b", "(a|a)*b", "(a|b|ab)*c", "((a*)*)*b", "(a?){30}a{30}b",
    "(.*)\\1*x", "(?:(a+)+)+\\1b", "(.*.*.*.*.*.*)*x", "(?=(.*)*x).*", "(?>(a+)*)b", "(a*)*+b",
  ])
  func ends(_ source: String) throws {
    let pattern = try PythonPattern(source)
    let clock = ContinuousClock()
    let time = clock.measure {
      var steps = 200_000
      let found = try? pattern.matches(String(repeating: "a", count: 60), steps: &steps)
      #expect(found != true)
    }
    #expect(time < .seconds(3), "\(source): \(time)")
  }

  /// What Python takes and is not matched here is named, with what to write instead.
  @Test(arguments: [
    (#"\N{DIGIT ONE}"#, #"`\N{…}`"#, "write the character itself"),
    ("(?i)é", "`é` where case is ignored", "both cases in a class"),
    ("(?i)[é]", "a class beyond ASCII", "both cases in the class"),
    ("(a)(?<=\\1)b", "a reference back inside of a look-behind", "write out"),
    ("a{2000}", "`{2000}`", "at most 1000 times"),
    (
      String(repeating: "(", count: 200) + String(repeating: ")", count: 200), "inside each other",
      "flatter"
    ),
  ])
  func names(_ source: String, _ construct: String, _ hint: String) {
    do {
      _ = try PythonPattern(source)
      Issue.record("\(source) is taken")
    } catch let fault as PatternFault {
      #expect(fault.reason.contains(construct), "\(fault.reason)")
      #expect(fault.hint?.contains(hint) == true, "\(fault.hint ?? "none")")
    } catch {
      Issue.record("\(error)")
    }
  }

  @Test func bounds() throws {
    #expect(throws: PatternFault.self) { try PythonPattern(String(repeating: "a", count: 4097)) }
    #expect(throws: PatternFault.self) { try PythonPattern("((a{1000}){1000})") }
    let pattern = try PythonPattern("a*")
    #expect(throws: PatternFault.self) {
      var steps = 1_000_000
      _ = try pattern.matches(String(repeating: "a", count: 2049), steps: &steps)
    }
  }
}
