import PETL
import Testing

/// Stochastic depth as adapters use it.
struct DropPathTests {
  private func pass(_ images: Int, training: Bool = true, seed: UInt64 = 5) -> ForwardPass {
    ForwardPass(isTraining: training, images: images, generator: RandomGenerator(seed: seed))
  }

  @Test func dropsWholeImagesAndKeepsTheMean() {
    let factors = pass(20_000).dropPath(.ones([40_000, 2]), probability: 0.25, stream: "a").values
    #expect(Set(factors) == [0, 1 / Float(0.75)])
    let images = (0..<20_000).map { Set(factors[$0 * 4..<($0 + 1) * 4]) }
    #expect(images.allSatisfy { $0.count == 1 })
    let dropped = Float(images.filter { $0 == [0] }.count) / 20_000
    #expect(abs(dropped - 0.25) < 0.015)
  }

  @Test func aStreamDropsTheSameImagesOfAnyTensor() {
    let pass = pass(64)
    let one = pass.dropPath(.ones([64, 1]), probability: 0.5, stream: "a").values
    let other = pass.dropPath(.ones([128, 3]), probability: 0.5, stream: "a").values
    // Two rows of three for each image.
    let expected = one.flatMap { Array(repeating: $0, count: 6) }
    #expect(other == expected)
    #expect(Set(one).count == 2)
    #expect(pass.dropPath(.ones([64, 1]), probability: 0.5, stream: "b").values != one)
    let again = self.pass(64, seed: 6)
    #expect(again.dropPath(.ones([64, 1]), probability: 0.5, stream: "a").values != one)
  }

  @Test func isTheIdentityOutsideOfTraining() {
    var generator = RandomGenerator(seed: 1)
    let x = Tensor(generator.normal(24), shape: [8, 3])
    let evaluated = pass(4, training: false).dropPath(x, probability: 0.9, stream: "a")
    #expect(evaluated.values == x.values)
    #expect(pass(4).dropPath(x, probability: 0, stream: "a").values == x.values)
  }

  @Test func hasTheGradientOfFiniteDifferences() {
    var generator = RandomGenerator(seed: 2)
    let x = Tensor(generator.normal(16 * 3), shape: [16, 3])
    let pass = pass(8)
    let check = GradientCheck.run([x]) {
      pass.dropPath($0[0], probability: 0.5, stream: "a").squared()
    }
    #expect(check.worst < 1e-2, "\(check)")
  }

  @Test func ofColumnsItDropsWholeOnesOfAnImage() {
    let pass = pass(3_000)
    let factors = pass.rankDropout(.ones([6_000, 5]), probability: 0.25, stream: "a").values
    #expect(Set(factors) == [0, 1 / Float(0.75)])
    let rows = (0..<6_000).map { Array(factors[$0 * 5..<($0 + 1) * 5]) }
    let isWhole = (0..<3_000).allSatisfy { rows[2 * $0] == rows[2 * $0 + 1] }
    #expect(isWhole)
    #expect(Set(rows).count == 32)
    let dropped = Float(factors.count { $0 == 0 }) / Float(factors.count)
    #expect(abs(dropped - 0.25) < 0.015)
    let x = Tensor.ones([8, 3])
    let evaluated = self.pass(4, training: false).rankDropout(x, probability: 0.9, stream: "a")
    #expect(evaluated.values == x.values)
  }

  @Test func ofColumnsItHasTheGradientOfFiniteDifferences() {
    var generator = RandomGenerator(seed: 2)
    let x = Tensor(generator.normal(16 * 3), shape: [16, 3])
    let pass = pass(8)
    let check = GradientCheck.run([x]) {
      pass.rankDropout($0[0], probability: 0.5, stream: "a").squared()
    }
    #expect(check.worst < 1e-2, "\(check)")
  }
}
