import Networks
import PETL

/// `petl bench --products`.
enum BenchProducts {
  private struct Row: Encodable {
    let model: String
    let rows: Int
    let input: Int
    let output: Int
    let direction: ProductBenchmark.Direction
    let gigaflops: [ProductBenchmark.Rate]
  }

  private struct Report: Encodable {
    let threads: Int
    let kernels: String
    let blasCore: String
    let oneDNN: String?
    let products: [Row]
  }

  /// Measures the products of the three networks in both directions and prints a table.
  ///
  /// - Throws: what writing JSON throws.
  static func run(rounds: Int, json: Bool) throws {
    var rows: [Row] = []
    for product in ProductBenchmark.usual {
      for direction in ProductBenchmark.Direction.allCases {
        let rates = ProductBenchmark.measure(product, direction, rounds: rounds)
        if !json { print(product, direction, rates, isFirst: rows.isEmpty) }
        rows.append(
          Row(
            model: product.model, rows: product.rows, input: product.input,
            output: product.output, direction: direction, gigaflops: rates))
      }
    }
    guard json else { return }
    try Terminal.printJSON(
      Report(
        threads: Workers.count, kernels: Machine.kernels, blasCore: Machine.blasCore,
        oneDNN: FrozenProducts.oneDNNVersion, products: rows))
  }

  private static func print(
    _ product: ProductBenchmark.Product, _ direction: ProductBenchmark.Direction,
    _ rates: [ProductBenchmark.Rate], isFirst: Bool
  ) {
    if isFirst {
      Terminal.say("GFLOP/s, best and median of the rounds; \(Workers.count) threads")
      Terminal.say(
        "| model | rows | in → out | direction | "
          + rates.map(\.backend).joined(separator: " | ") + " |")
      Terminal.say(String(repeating: "|---", count: 4 + rates.count) + "|")
    }
    Terminal.say(
      "| \(product.model) | \(product.rows) | \(product.input) → \(product.output) | "
        + "\(direction.rawValue) | "
        + rates.map { "\(fixed($0.best, 0)) (\(fixed($0.median, 0)))" }.joined(separator: " | ")
        + " |")
  }
}
