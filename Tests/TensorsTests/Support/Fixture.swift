import TestSupport

/// What `Tests/Fixtures/make_tensors.py` wrote.
struct Fixture: Decodable, Sendable {
  /// One call of an operation: what goes in, and what PyTorch made of it.
  struct Case: Decodable, Sendable, CustomStringConvertible {
    let operation: String
    let name: String
    let numbers: [String: [Float]]
    let frozen: [Int]
    let inputs: [FixtureTensor]
    let upstream: FixtureTensor
    let output: FixtureTensor
    let gradients: [FixtureTensor?]

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
    let start: FixtureTensor
    let gradients: FixtureTensor
    let weights: FixtureTensor
    let first: FixtureTensor
    let second: FixtureTensor

    var description: String { "decay \(decay), beta2 \(beta2)" }
  }

  let cases: [Case]
  let adamW: [Optimizer]

  /// The file, read once.
  static let shared: Fixture = requiredFixture("tensors.json")

  /// Every case, also those that `make_operations.py` and `make_text_operations.py` of Tests/Fixtures wrote.
  static let cases =
    shared.cases
    + ["operations.json", "text_operations.json"].flatMap {
      (requiredFixture($0) as Fixture).cases
    }
}
