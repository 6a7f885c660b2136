import Testing

@testable import Datasets

/// Captions that open_clip 3.3's tokenizer reads otherwise, found by comparing the tokens of both.
struct CaptionRepairsTests {
  @Test(arguments: [
    "a <|endoftext|> dog", "<|ENDOFTEXT|> z", "x<start_of_text>", "fish &amp; chips", "a &#39; b",
    "a &lt b", "âœ” cafÃ©", "“quotes”", "it’s", "a\u{0}b", "ＡＢＣ dog", "ﬁsh", "a\u{85}b", "ǅ",
    "ΟΔΟΣ", "\u{FEFF}a", "ｱｲ",
  ])
  func touches(_ text: String) {
    #expect(CaptionRepairs.isTouched(text))
  }

  @Test(arguments: [
    "a dog runs", "R&B, AT&T & more", "😀 cafe\u{301} café e\u{301}clair", "STRASSE straße",
    "x² ½ ③", "狗 在 跑", "كلب", "a\u{200B}b", "a – b …", "1 < 2 > 0", "ÅÄÖ éè", "",
  ])
  func leaves(_ text: String) {
    #expect(!CaptionRepairs.isTouched(text))
  }

  @Test func saysHowManyAndWhich() {
    #expect(CaptionRepairs.note(["a dog", "a cat"]) == nil)
    #expect(
      CaptionRepairs.note(["a dog", "a &lt; b"])
        == "1 caption has HTML entities, special tokens or characters that open_clip's tokenizer "
        + "replaces first; here, as in transformers, it is read as it is written: 'a &lt; b'")
  }
}
