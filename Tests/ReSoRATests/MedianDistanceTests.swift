import PETL
import Testing

@testable import ReSoRA

struct MedianDistanceTests {
  /// The lower median of the distances that are not zero, all of them listed.
  private func listed(_ numbers: [Float]) -> Double {
    let distances = numbers.indices.flatMap { i in
      numbers[(i + 1)...].map { abs(Double($0) - Double(numbers[i])) }
    }.filter { $0 > 0 }.sorted()
    return distances.isEmpty ? 0 : distances[(distances.count - 1) / 2]
  }

  @Test(arguments: [2, 3, 4, 5, 50, 151])
  func equalsTheListedDistances(_ count: Int) {
    var generator = RandomGenerator(seed: 3)
    for _ in 0..<5 {
      let numbers = generator.normal(count)
      let rounded = numbers.map { ($0 * 2).rounded() }
      let rectified = numbers.map { max(0, $0 - 1) }
      for sample in [numbers, rounded, rectified] {
        #expect(abs(medianDistance(sample.sorted()) - listed(sample)) < 1e-8)
      }
    }
  }

  @Test func degenerateNumbers() {
    #expect(medianDistance([]) == 0)
    #expect(medianDistance([3]) == 0)
    #expect(medianDistance([3, 3, 3]) == 0)
    #expect(medianDistance([1, 1, 1, 5]) == 4)
    #expect(medianDistance([.nan, 1]).isNaN)
  }

  @Test func aLongCoefficientIsSampledAtAnEvenStride() {
    var generator = RandomGenerator(seed: 5)
    let values = generator.normal(1500)
    let sampled = stride(from: 0, to: 1500, by: 3).map { values[$0] }
    let s = Tensor(values, shape: [1500, 1])
    let found = CoefficientColumns(s, gram: s.gram(centered: true)).medians
    #expect(abs(found[0] - listed(sampled)) < 1e-6)
  }
}
