/// The weights of classes in a loss.
public enum ClassWeights: Sendable, Hashable {
  /// All classes weigh the same.
  case equal
  /// A class weighs images / (classes · images of the class), as scikit-learn's `balanced`; a class
  /// without images weighs 0.
  case balanced
  /// The weight of each class, in the order of the classes.
  case listed([Double])

  /// The weight of each class.
  ///
  /// - Parameter classes: how many training images each has.
  /// - Returns: as many numbers; nil when all weigh the same.
  /// - Throws: `DiagnosticError` when there are more or fewer weights than classes, or none is above 0.
  public func values(for classes: ClassCounts) throws -> [Float]? {
    switch self {
    case .equal: return nil
    case .balanced:
      let total = Double(classes.counts.reduce(0, +))
      return classes.counts.map {
        $0 == 0 ? 0 : Float(total / (Double(classes.classes) * Double($0)))
      }
    case .listed(let weights):
      guard weights.count == classes.classes else {
        throw DiagnosticError(
          "there are \(weights.count) class weights and \(classes.classes) classes",
          hints: ["give one for each class, in their order, or class_weights: balanced"])
      }
      guard weights.contains(where: { $0 > 0 }) else {
        throw DiagnosticError("no class has a weight above 0")
      }
      return weights.map { Float($0) }
    }
  }
}

extension OptionReader {
  /// Declares the weights of classes: `equal`, `balanced`, or a list of numbers from 0.
  ///
  /// - Parameters:
  ///   - key: the option's name.
  ///   - value: the weights.
  ///   - help: what they do.
  public func classWeights(_ key: String, _ value: inout ClassWeights, help: String) {
    let words = "equal, balanced, or a list of numbers"
    func written(_ weights: ClassWeights) -> ConfigurationNode {
      switch weights {
      case .equal: ConfigurationNode(plain: "equal")
      case .balanced: ConfigurationNode(plain: "balanced")
      case .listed(let numbers): ConfigurationNode(elements: numbers.map { .init(number: $0) })
      }
    }
    let descriptor = OptionDescriptor(
      name: key, kind: words, defaultValue: written(value).stringValue ?? "a list", help: help)
    visit(descriptor, &value, expected: words, writing: written) { node in
      guard case .sequence(let nodes) = node.value else {
        let name = string(from: node, path(key), allowed: ["equal", "balanced"])
        return name.map { $0 == "balanced" ? .balanced : .equal }
      }
      let numbers = nodes.enumerated().compactMap {
        number(from: $1, "\(path(key)).\($0)", in: 0...1e9)
      }
      if nodes.isEmpty {
        mistakes.append(Diagnostic("'\(path(key))' is an empty list", at: node.span))
      }
      return numbers.count == nodes.count && !nodes.isEmpty ? .listed(numbers) : nil
    }
  }
}
