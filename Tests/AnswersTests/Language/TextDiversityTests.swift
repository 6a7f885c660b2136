import Foundation
import TestSupport
import Testing

@testable import Answers

/// Against `make_language_evaluation.py`, which NLTK was held against.
@Suite struct TextDiversityTests {
  private struct Expected: Decodable {
    let texts: [String]
    let words: Int
    let distinct1: Double?
    let distinct2: Double?
    let distinct3: Double?
    let selfBLEU4: Double?
    let entropy: Double?
  }

  @Test func goldenValues() throws {
    let data = try Data(
      contentsOf: URL(filePath: fixture("language-evaluation/diversity.json")))
    let cases = try JSONDecoder().decode([Expected].self, from: data)
    #expect(cases.count == 5)
    for expected in cases {
      let found = TextDiversity(expected.texts)
      #expect(found.texts == expected.texts.count && found.words == expected.words)
      for (mine, theirs) in [
        (found.distinct1, expected.distinct1), (found.distinct2, expected.distinct2),
        (found.distinct3, expected.distinct3), (found.selfBLEU4, expected.selfBLEU4),
        (found.entropy, expected.entropy),
      ] {
        #expect((mine == nil) == (theirs == nil), "\(expected.texts)")
        #expect(abs((mine ?? 0) - (theirs ?? 0)) < 1e-12, "\(expected.texts)")
      }
    }
  }

  /// Equal texts are each other's references, and no text is its own.
  @Test func copiesAndStrangers() {
    let copies = TextDiversity(["a b c d e", "a b c d e"])
    #expect(abs((copies.selfBLEU4 ?? 0) - 1) < 1e-12)
    #expect(copies.distinct1 == 0.5 && copies.distinct3 == 0.5)
    #expect(TextDiversity(["a b c d", "e f g h"]).selfBLEU4 == 0)
    #expect(TextDiversity(["a b c d", "e f g h"]).entropy == 3)
    #expect(TextDiversity([]).selfBLEU4 == nil && TextDiversity([]).entropy == nil)
  }
}
