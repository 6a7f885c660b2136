import Foundation
import Testing

@testable import Reports

/// What a report shows of wrong answers.
@Suite struct MistakeTests {
  @Test func matrixOfImages() throws {
    let html = page(sample(mistakes: mistakes(3)))
    let found = try elements(of: html)
    for words in [
      "Confusion matrix", "Most wrong images", "class 2", "class 0, taken for class 1",
      "87.5 % against 12.5 %",
      "The 2 of 31 examples of the test split", "<1>.png",
    ] {
      #expect(found.text.contains(words), "\(words)")
    }
    #expect(!found.text.contains("Most confused classes"))
    // Three rows, and a head, of three cells and a name.
    #expect(html.matches(of: /<td class="(right|wrong) d\d"/).count == 6)
    #expect(html.matches(of: /<td class="none"/).count == 3)
    #expect(html.contains("title=\"class 1 taken for class 2: 2 of 11\""))
    #expect(html.contains("title=\"class 1: 9 of 11 right\""))
    // The most frequent mistake is the deepest, the right ones are as deep as their share.
    #expect(html.contains("<td class=\"wrong d9\" title=\"class 1 taken"))
    #expect(html.contains("<td class=\"right d7\" title=\"class 1: 9"))
    // Pictures are within the page, and nothing else is asked for.
    #expect(html.matches(of: /src="/).count == 2)
    #expect(html.matches(of: /src="data:image\/png;base64,iVBORw0KGgo="/).count == 2)
    #expect(!html.replacing("http://www.w3.org/2000/svg", with: "").contains("http"))
    #expect(!found.names.contains("script"))
    #expect(html.contains("class=\"coarse\"") && html.contains("class=\"fine\""))
  }

  /// Of many classes the pairs are listed.
  @Test func manyClasses() throws {
    let html = page(sample(mistakes: mistakes(31)))
    let found = try elements(of: html)
    #expect(!found.text.contains("Confusion matrix"))
    #expect(found.text.contains("Most confused classes"))
    #expect(found.text.contains("20 of 31 pairs. The matrix of 31 classes is not drawn."))
    #expect(page(sample(mistakes: mistakes(30))).contains("Confusion matrix"))
  }

  @Test func texts() throws {
    let html = page(sample(mistakes: mistakes(3, of: .texts)))
    let found = try elements(of: html)
    #expect(found.text.contains("Most wrong texts") && !found.names.contains("img"))
    #expect(found.text.contains("so & so ‖ and <so>"))
    let text = sample(mistakes: mistakes(3, of: .texts)).markdown()
    #expect(text.contains("## Most wrong texts"))
    #expect(
      text.contains("so & so ‖ and \\<so\\> · \\<0\\>.png | class 0 | class 1 | 87.5 % | 12.5 %"))
  }

  @Test func markdownHasThePairs() {
    let text = sample(mistakes: mistakes(3)).markdown()
    #expect(text.contains("## Most confused classes"))
    #expect(text.contains("| class 1 | class 2 | 2 | 11 |"))
    #expect(!text.contains("base64"))
    #expect(!sample().markdown().contains("Most confused"))
    #expect(!sample(mistakes: mistakes(3)).latex().contains("Most confused"))
  }

  /// No section is empty.
  @Test func nothingWrong() throws {
    let right = RunReport.Mistakes(
      split: "the test split", classes: ["a", "b"],
      confusions: [RunReport.Confusion(label: 0, answer: 0, count: 4)], worst: [])
    let found = try elements(of: page(sample(mistakes: right)))
    #expect(found.text.contains("Confusion matrix") && !found.text.contains("Most wrong"))
    #expect(!sample(mistakes: right).markdown().contains("Most confused"))
    let none = RunReport.Mistakes(
      split: "the test split", classes: ["a"], confusions: [], worst: [])
    #expect(!page(sample(mistakes: none)).contains("Confusion matrix"))
    #expect(!page(sample()).contains("Confusion matrix"))
    let outside = RunReport.Mistakes(
      split: "the test split", classes: ["a"],
      confusions: [RunReport.Confusion(label: 7, answer: -1, count: 4)], worst: [])
    _ = try elements(of: page(sample(mistakes: outside)))
  }

  /// The whole page of thirty classes stays small.
  @Test func size() {
    #expect(page(sample(mistakes: mistakes(30))).utf8.count < 150_000)
  }
}
