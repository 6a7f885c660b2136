import Foundation
import PETL
import TestSupport
import Testing

/// docs/operations.md lists what `Tensor` and `DoubleMatrix` have that is public, and nothing else.
@Suite struct OperationsPageTests {
  /// `sum(over:keepingAxes:)` of every public member of the two types, and `+` of an operator.
  private static func members() throws -> Set<String> {
    var found: Set<String> = []
    for module in ["Tensors", "PETL"] {
      let root = Checkout.path("Sources/\(module)")
      for case let file as String in FileManager.default.enumerator(atPath: root) ?? .init()
      where file.hasSuffix(".swift") {
        let text = try String(contentsOfFile: "\(root)/\(file)", encoding: .utf8)
        found.formUnion(members(of: text))
      }
    }
    return found.subtracting(["description", "subscript"])
  }

  private static func members(of text: String) -> [String] {
    var type = ""
    var found: [String] = []
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      if let match = line.firstMatch(of: /^(?:\w+ )*(?:extension|struct|class|enum|protocol) (\w+)/)
      {
        type = String(match.1)
      }
      guard ["Tensor", "DoubleMatrix"].contains(type),
        let match = line.firstMatch(
          of:
            /^  public (?:static |consuming |prefix )*(func|init|var|let|subscript)\b ?([^\s(:<]*)/)
      else { continue }
      let name = match.1 == "init" ? type : String(match.2)
      guard match.1 == "func" || match.1 == "init" else {
        found.append(match.1 == "subscript" ? "subscript" : name)
        continue
      }
      if name.allSatisfy({ !$0.isLetter }) {
        found.append(name)
        continue
      }
      found.append(name + labels(in: lines[index...].joined(separator: " ").drop { $0 != "(" }))
    }
    return found
  }

  /// `(over:keepingAxes:)` of a declaration from its parenthesis on.
  private static func labels(in declaration: Substring) -> String {
    var (depth, part, parts) = (0, "", [String]())
    for character in declaration {
      if "([".contains(character) { depth += 1 }
      if ")]".contains(character) { depth -= 1 }
      if depth == 0 || (depth == 1 && character == ",") {
        parts.append(part)
        part = ""
        if depth == 0 { break }
      } else if depth > 1 || character != "(" {
        part.append(character)
      }
    }
    let names = parts.compactMap { $0.firstMatch(of: /^\s*(\w+)[^:]*:/).map { "\($0.1):" } }
    return "(\(names.joined()))"
  }

  /// What stands in backquotes in the first column of the page's tables, without what it is called on.
  private static func listed() throws -> Set<String> {
    let rows = try Checkout.text("docs/operations.md").split(separator: "\n").filter {
      $0.hasPrefix("| `")
    }
    return Set(
      rows.flatMap { row -> [String] in
        let cell = row.split(separator: "|")[0]
        return cell.matches(of: /`([^`]+)`/).map { match in
          let name = String(match.1)
          if let sign = name.wholeMatch(of: /\w? ?([-+*\/]) ?\w/) { return String(sign.1) }
          return name.replacing(/^(x|m|Tensor)\./, with: "")
        }
      })
  }

  @Test func namesAll() throws {
    let missing = try Self.members().subtracting(Self.listed()).sorted()
    #expect(missing == [], "docs/operations.md does not name these")
  }

  @Test func namesNothingElse() throws {
    let more = try Self.listed().subtracting(Self.members()).sorted()
    #expect(more == ["noGradient(_:)"], "docs/operations.md names what is not there")
  }

  /// What is looked for is found: otherwise the tests above could not fail.
  @Test func membersAreFound() throws {
    let members = try Self.members()
    let some: Set = [
      "matmul(_:transposingSelf:transposingOther:)", "+", "shape", "DoubleMatrix(identity:)",
      "custom(from:result:backward:)", "gathered(_:along:)", "offDiagonalMean(exponent:)",
    ]
    #expect(some.isSubset(of: members), "\(some.subtracting(members))")
    #expect(members.count > 100)
  }

  @Test func theExampleIsRight() {
    // Two coefficients with the correlation 3/5.
    let s = Tensor([1, 1, -1, -1, 2, 0.5, -2, -0.5], shape: [4, 2])
    let subspaces = Subspaces(coefficients: s, basis: .ones([2, 3]), images: 1)
    let rho = Double(subspaces.centeredCoefficientGram.correlation().values[1])
    let expected = -Foundation.log(1.001 * 1.001 - rho * rho)
    #expect(abs(Double(sharedVolume(subspaces).item) - expected) < 1e-5)
  }
}
