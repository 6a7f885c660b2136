import PETL
import Recipes
import Testing

@Suite struct OverridesTests {
  private func overridden(_ text: String, _ settings: [String]) throws -> ConfigurationNode {
    try Overrides(settings).apply(to: parse(text))
  }

  @Test(arguments: [
    (["a=2"], "{a: 2, b: {c: x}, l: [{w: 1}, 5], n: }"),
    (["b.c=y", "b.d=[1, 'z']"], "{a: 1, b: {c: y, d: [1, \"z\"]}, l: [{w: 1}, 5], n: }"),
    (["l.0.w=0.1", "l.1={p: q}"], "{a: 1, b: {c: x}, l: [{w: 0.1}, {p: q}], n: }"),
    (["n.x.y=1"], "{a: 1, b: {c: x}, l: [{w: 1}, 5], n: {x: {y: 1}}}"),
    (["m.x=1", "m.x=2"], "{a: 1, b: {c: x}, l: [{w: 1}, 5], n: , m: {x: 2}}"),
    (["a=~", "b=x=y"], "{a: ~, b: x=y, l: [{w: 1}, 5], n: }"),
    (["l.0=\"5\""], "{a: 1, b: {c: x}, l: [\"5\", 5], n: }"),
    ([], "{a: 1, b: {c: x}, l: [{w: 1}, 5], n: }"),
  ])
  func values(_ settings: [String], _ expected: String) throws {
    let text = "a: 1\nb: {c: x}\nl: [{w: 1}, 5]\nn:\n"
    #expect(try outline(overridden(text, settings)) == expected)
  }

  @Test(arguments: [
    (
      ["adapter.rank", "=5", "a..b=1", "größe.x=[1", "b=2"],
      """
      --set adapter.rank:1:7: error: '=' is missing
       1 | --set adapter.rank
         |       ^~~~~~~~~~~~
        write --set section.key=value, for example --set adapter.rank=4
      --set =5:1:7: error: a key is missing in the path ''
       1 | --set =5
         |       ^
        write --set section.key=value, for example --set adapter.rank=4
      --set a..b=1:1:7: error: a key is missing in the path 'a..b'
       1 | --set a..b=1
         |       ^~~~
        write --set section.key=value, for example --set adapter.rank=4
      --set größe.x=[1:1:17: error: this is not YAML: did not find expected ',' or ']'
       1 | --set größe.x=[1
         |                 ^
        while parsing a flow sequence
      """
    ),
    (
      ["a.x=1", "l.2=1", "l.-1=1", "l.w=1", "l.1.z=0", "b=3"],
      """
      --set a.x=1:1:7: error: 'a' is the integer 1, which has no 'x'
       1 | --set a.x=1
         |       ^~~
      --set l.2=1:1:7: error: 'l' has 2 elements, so there is no '2'
       1 | --set l.2=1
         |       ^~~
        indices count from 0
      --set l.-1=1:1:7: error: 'l' is a list, so '-1' must be an index
       1 | --set l.-1=1
         |       ^~~~
        indices count from 0
      --set l.w=1:1:7: error: 'l' is a list, so 'w' must be an index
       1 | --set l.w=1
         |       ^~~
        indices count from 0
      --set l.1.z=0:1:7: error: 'l.1' is the integer 5, which has no 'z'
       1 | --set l.1.z=0
         |       ^~~~~
      """
    ),
  ])
  func mistakes(_ settings: [String], _ expected: String) {
    let text = "a: 1\nl: [{w: 1}, 5]\n"
    #expect(failure { _ = try overridden(text, settings) } == expected)
  }

  /// A mistake in an overridden value is shown in the override, after those of the file.
  @Test func placesOfValues() throws {
    let node = try overridden("é: 1\nrank: 5\nscale: x\n", ["rank=é8", "größe.rang=1"])
    let reader = OptionReader(node, section: "")
    var (rank, scale, accent) = (1, 1.0, 1)
    reader.integer("rank", &rank, help: "")
    reader.number("scale", &scale, help: "")
    reader.integer("é", &accent, help: "")
    reader.finish()
    let expected = """
      r.yaml:3:8: error: 'scale' must be a number, found the string 'x'
       3 | scale: x
         |        ^
      --set größe.rang=1:1:7: error: unknown key 'größe'
       1 | --set größe.rang=1
         |       ^~~~~~~~~~
        known keys: rank, scale, é
      --set rank=é8:1:12: error: 'rank' must be an integer, found the string 'é8'
       1 | --set rank=é8
         |            ^~
      """
    #expect(failure { try reader.throwIfInvalid() } == expected)
  }

  @Test func depthOfPath() {
    let path = Array(repeating: "a", count: 65).joined(separator: ".")
    #expect(
      failure { _ = try Overrides(["\(path)=1"]) }.contains("the path is deeper than 64 levels"))
  }
}
