import Testing

@Suite struct YAMLMistakesTests {
  @Test(arguments: [
    (
      "a: 1\nb: 2\na: 3\nc: {x: 1, x: 2}\nb: 4\n",
      """
      r.yaml:3:1: error: the key 'a' stands twice
       3 | a: 3
         | ^
        it is already on line 1
      r.yaml:4:11: error: the key 'x' stands twice
       4 | c: {x: 1, x: 2}
         |           ^
        it is already on line 4
      r.yaml:5:1: error: the key 'b' stands twice
       5 | b: 4
         | ^
        it is already on line 2
      """
    ),
    (
      "é: \"x\"\n日本: !foo 3\n名: !!int \"5\"\nn: !!seq 3\nm: !!map [1]\nm: !!foo {}\n",
      """
      r.yaml:2:5: error: the tag '!foo' is not supported
       2 | 日本: !foo 3
         |     ^~~~~~
      r.yaml:3:4: error: the tag '!!int' goes with a scalar without quotes only
       3 | 名: !!int "5"
         |    ^~~~~~~~~
      r.yaml:4:4: error: the tag '!!seq' does not go with a scalar
       4 | n: !!seq 3
         |    ^~~~~~~
      r.yaml:5:4: error: the tag '!!map' does not go with a list
       5 | m: !!map [1]
         |    ^~~~~~~
      r.yaml:6:1: error: the key 'm' stands twice
       6 | m: !!foo {}
         | ^
        it is already on line 5
      r.yaml:6:4: error: the tag '!!foo' is not supported
       6 | m: !!foo {}
         |    ^~~~~~~
      """
    ),
    (
      "? [a]\n: b\n{a: 1}: 2\n\n? \n: 3\n",
      """
      r.yaml:1:3: error: a key must be a scalar, found a list
       1 | ? [a]
         |   ^~~
      r.yaml:3:1: error: a key must be a scalar, found a mapping
       3 | {a: 1}: 2
         | ^~~~~~
      r.yaml:5:2: error: a key is missing here
       5 | ? 
         |  ^
      """
    ),
    (
      "a: 1\n---\nb: 2\n",
      """
      r.yaml:2:1: error: a second document starts here
       2 | ---
         | ^~~
        one file holds one document: remove the line '---'
      """
    ),
    (
      "base: &base [1, *base]\nb: *bese\n",
      """
      r.yaml:1:17: error: '*base' stands within '&base', so it would never end
       1 | base: &base [1, *base]
         |                 ^~~~~
      r.yaml:2:4: error: there is no '&bese' before '*bese'
       2 | b: *bese
         |    ^~~~~
        did you mean '*base'?
      """
    ),
    (
      "f: {<<: 3}\ng: {<<: [{}, 1]}\nh: {<<: {}, <<: {}}\n",
      """
      r.yaml:1:5: error: '<<' merges a mapping or a list of mappings, found the integer 3
       1 | f: {<<: 3}
         |     ^~
        write '<<: *name' for a mapping marked with '&name'; quote '<<' to use it as a key
      r.yaml:2:5: error: '<<' merges a mapping or a list of mappings, found a list
       2 | g: {<<: [{}, 1]}
         |     ^~
        write '<<: *name' for a mapping marked with '&name'; quote '<<' to use it as a key
      r.yaml:3:13: error: the key '<<' stands twice
       3 | h: {<<: {}, <<: {}}
         |             ^~
        it is already on line 3
      """
    ),
    ("# nothing\n", "error: 'r.yaml' is empty"),
  ])
  func collected(_ text: String, _ expected: String) {
    #expect(failure { _ = try parse(text) } == expected)
  }
}
