import Testing

@testable import Answers

/// Answers in texts, as lm-evaluation-harness finds and compares them.
@Suite struct AnswerExtractionTests {
  @Test(arguments: [
    ("so it is 5\n#### 70,000", "70000"), ("#### -3.", "-3"), ("#### 1\n#### 2", "1"),
    ("####5", nil), ("#### $5", nil), ("#### 1.50 dollars", "1.50"), ("none", nil),
  ]) func afterTheMark(text: String, answer: String?) {
    #expect(AnswerExtraction.gsm8k.answer(in: text) == answer)
  }

  @Test(arguments: [
    ("first 3, then 4.", "4"), ("it costs $1,234.50.", "1234.50"), ("-7", "-7"),
    ("x-12 is 8", "8"), ("no number", nil), ("1\u{301}2", "2"), ("", nil), ("a $5 b", "5"),
    // Its expression takes points alone for a number.
    ("5 and so on..", "."),
  ]) func lastNumber(text: String, answer: String?) {
    #expect(AnswerExtraction.lastNumber(in: text) == answer)
    #expect(AnswerExtraction.lastNumber.answer(in: text) == answer)
    #expect(AnswerExtraction.lastNumber.reference(in: text) == answer)
  }

  @Test(arguments: [
    ("2 + 2 = <<2+2=4>>4\n#### 1,400\n", "1400"), ("#### 1 #### $20.", "20"), ("5", nil),
    ("#### ", nil), ("#### \n", nil),
  ]) func references(text: String, answer: String?) {
    #expect(AnswerExtraction.gsm8k.reference(in: text) == answer)
  }

  @Test func wholeTexts() {
    #expect(AnswerExtraction.none.answer(in: "\n a, b. \t") == "a, b.")
    #expect(AnswerExtraction.none.reference(in: " ") == "")
  }
}
