import Foundation
import PETL
import Testing

@testable import Answers

/// How the next token is chosen.
@Suite struct TokenSamplingTests {
  private func shares(_ sampling: TokenSampling, _ logits: [Float], draws: Int = 4_000) -> [Double]
  {
    var generator = RandomGenerator(seed: 3)
    var counts = [Double](repeating: 0, count: logits.count)
    for _ in 0..<draws { counts[sampling.token(logits, &generator)] += 1 / Double(draws) }
    return counts
  }

  @Test func atZeroTheFirstOfTheMostProbable() {
    #expect(
      shares(TokenSampling(), [0, 2, 2, 1], draws: 3).map { $0 > 0 } == [false, true, false, false])
  }

  /// Shares follow the softmax of logits / temperature.
  @Test(arguments: [0.5, 1, 2]) func temperature(_ temperature: Double) {
    var sampling = TokenSampling()
    sampling.temperature = temperature
    let logits: [Float] = [1, 0, 3, 2]
    let weights = logits.map { exp(Double($0) / temperature) }
    for (share, weight) in zip(shares(sampling, logits), weights) {
      #expect(abs(share - weight / weights.reduce(0, +)) < 0.03)
    }
  }

  @Test func onlyTheMostProbableMayCome() {
    var sampling = TokenSampling()
    (sampling.temperature, sampling.topK) = (1, 2)
    let few = shares(sampling, [1, 0, 3, 2])
    #expect(few[0] == 0 && few[1] == 0 && few[2] > 0 && few[3] > 0)
    // Probabilities 0.09, 0.03, 0.64, 0.24: two of them reach 0.7, one reaches 0.6.
    (sampling.topK, sampling.topP) = (nil, 0.7)
    let likely = shares(sampling, [1, 0, 3, 2])
    #expect(likely[0] == 0 && likely[1] == 0 && likely[2] > 0 && likely[3] > 0)
    sampling.topP = 0.6
    #expect(shares(sampling, [1, 0, 3, 2]).map { $0 > 0 } == [false, false, true, false])
  }
}
