import PETL
import Testing

@testable import Optimization

@Suite("Moments in another gauge")
struct MomentTests {
  @Test func momentsFollow() throws {
    let a = Parameter("a", Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3]))
    let rule = AdamW(options: AdamWOptions(), parameters: TrainedParameters([("a", a)]))
    let loss = (a.value * Tensor([1, -2, 3, 0.5, 1, -1], shape: [2, 3])).sum()
    try rule.step(loss.backward(), rate: 0)
    let matrix = DoubleMatrix([2, 1, 0, -1], rows: 2, columns: 2)
    let (first, second) = try #require(rule.moments(of: a))
    let before = (first.values, second.values)
    rule.transform(a, by: matrix)
    for column in 0..<3 {
      let (m, v) = (before.0, before.1)
      #expect(abs(first.values[column] - (2 * m[column] + m[3 + column])) < 1e-6)
      #expect(abs(first.values[3 + column] + m[3 + column]) < 1e-6)
      #expect(abs(second.values[column] - (4 * v[column] + v[3 + column])) < 1e-6)
      #expect(abs(second.values[3 + column] - v[3 + column]) < 1e-6)
    }
  }
}
