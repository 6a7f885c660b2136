import PETL
import Recipes

/// A node parsed from `text`, which is called `r.yaml`.
func parse(_ text: String) throws -> ConfigurationNode {
  try YAMLReader.parse(text: text, name: "r.yaml")
}

/// What is printed when `body` fails; empty when it does not.
func failure(_ body: () throws -> Void) -> String {
  do {
    try body()
    return ""
  } catch {
    return "\(error)"
  }
}

/// A node on one line: `{key: plain, key: "quoted", key: [1, 2]}`.
func outline(_ node: ConfigurationNode) -> String {
  switch node.value {
  case .scalar(let text, let isQuoted): isQuoted ? "\"\(text)\"" : text
  case .sequence(let elements): "[\(elements.map(outline).joined(separator: ", "))]"
  case .mapping(let entries):
    "{\(entries.map { "\($0.key): \(outline($0.value))" }.joined(separator: ", "))}"
  }
}

/// Every key and value with its place, `line:column+length`, in order.
func places(_ node: ConfigurationNode) -> [String] {
  func place(_ span: SourceSpan) -> String { "\(span.line):\(span.column)+\(span.length)" }
  switch node.value {
  case .scalar(let text, _): return ["\(text) \(place(node.span))"]
  case .sequence(let elements): return ["[] \(place(node.span))"] + elements.flatMap(places)
  case .mapping(let entries):
    return ["{} \(place(node.span))"]
      + entries.flatMap { ["\($0.key): \(place($0.keySpan))"] + places($0.value) }
  }
}

/// The recipe of the design, for tests that need a real one.
let quickstart = """
  name: quickstart
  seed: 0
  backbone: &backbone
    type: vit
    weights: embedded:vit-micro        # or a file
    drop_path: 0.1
  data: {type: embedded, name: "digits", normalization: inception}
  adapter:
    type: lora
    rank: 8
    scale: 1.0
    sites: [query, value]
    layers: all
  regularizers:
    - type: resora
      measure: linear
      weight: {type: linear, from: 0, to: 0.1}
  teacher:
    <<: *backbone
    note: |
      a größer
      text
  optimizer: {type: adamw, learning_rate: 1e-3, weight_decay: 1e-4}
  stages:
    - {name: base, epochs: 100, regularize: false}
    - {name: refine, epochs: 100, regularize: true}

  """
