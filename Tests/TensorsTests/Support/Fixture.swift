import Foundation
import Tensors

/// What `Tests/Fixtures/make_tensors.py` wrote.
struct Fixture: Decodable, Sendable {
  /// A tensor in the file.
  struct Values: Decodable, Sendable {
    let shape: [Int]
    let values: [Float]

    var tensor: Tensor { Tensor(values, shape: shape) }
  }

  /// One call of an operation: what goes in, and what PyTorch made of it.
  struct Case: Decodable, Sendable, CustomStringConvertible {
    let operation: String
    let name: String
    let numbers: [String: [Float]]
    let frozen: [Int]
    let inputs: [Values]
    let upstream: Values
    let output: Values
    let gradients: [Values?]

    var description: String { "\(operation) \(name)" }

    func integers(_ name: String) -> [Int] { (numbers[name] ?? []).map { Int($0) } }
    func integer(_ name: String) -> Int { integers(name)[0] }
    func flag(_ name: String) -> Bool { integer(name) != 0 }
    func number(_ name: String) -> Float { (numbers[name] ?? [])[0] }
  }

  /// Ten steps of an optimizer.
  struct Optimizer: Decodable, Sendable, CustomStringConvertible {
    let rate: Double
    let beta2: Double
    let decay: Double
    let start: Values
    let gradients: Values
    let weights: Values
    let first: Values
    let second: Values

    var description: String { "decay \(decay), beta2 \(beta2)" }
  }

  let cases: [Case]
  let adamW: [Optimizer]

  /// The file, read once.
  static let shared: Fixture = {
    let tests = URL(filePath: #filePath).appending(path: "../../..").standardized
    let file = tests.appending(path: "Fixtures/tensors.json")
    do {
      return try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: file))
    } catch {
      fatalError("\(file.path) cannot be read: \(error)")
    }
  }()
}
