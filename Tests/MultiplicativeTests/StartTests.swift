import C3A
import FourierFT
import HRA
import OFT
import PETL
import TestSupport
import Testing

/// Initial values as PEFT draws them.
struct StartTests {
  private func largest(_ adapter: any Adapter) -> Float { adapter.parameters[0].value.largest }

  private func deviation(_ adapter: any Adapter) -> Float {
    let values = adapter.parameters[0].value.values
    return (values.map { $0 * $0 }.reduce(0, +) / Float(values.count)).squareRoot()
  }

  /// Equal pairs in ±1/√(r/2), of an odd number none; those of Gram–Schmidt cannot be equal.
  @Test(
    arguments: [(8, false, 0.5), (5, false, 0.4472136), (4, true, 0.5)] as [(Int, Bool, Float)])
  func reflections(_ count: Int, _ isOrthogonal: Bool, _ limit: Float) throws {
    let options = HRAOptions { ($0.reflections, $0.isOrthogonal) = (count, isOrthogonal) }
    let adapter = try bound(HRA.self, options, site(400, 20))
    let rows = adapter.parameters[0].value
    #expect(largest(adapter) <= limit)
    #expect(largest(adapter) > 0.99 * limit)
    #expect(abs(deviation(adapter) - limit / Float(3).squareRoot()) < 0.02 * limit)
    let first = rows.gathered([0]).values
    let second = rows.gathered([1]).values
    let isPaired = first == second
    #expect(isPaired == (count == 8))
    #expect(adapter.startsAtNetwork == isPaired)
  }

  @Test func spectra() throws {
    let adapter = try bound(FourierFT.self, FourierFTOptions(), site(80, 50))
    #expect(abs(deviation(adapter) - 1) < 0.1)
    #expect(!adapter.startsAtNetwork)
  }

  @Test(
    arguments: [
      (.xavier, 0.2449490), (.kaiming, 0.1414214),
    ] as [(C3AOptions.Start, Float)])
  func kernels(_ start: C3AOptions.Start, _ limit: Float) throws {
    let options = C3AOptions { ($0.blockSize, $0.start) = (2, start) }
    let adapter = try bound(C3A.self, options, site(50, 50))
    #expect(largest(adapter) <= limit)
    #expect(largest(adapter) > 0.99 * limit)
    #expect(abs(deviation(adapter) - limit / Float(3).squareRoot()) < 0.05 * limit)
  }

  @Test func normalKernels() throws {
    let options = C3AOptions { ($0.blockSize, $0.start) = (2, .gaussian) }
    #expect(abs(deviation(try bound(C3A.self, options, site(50, 50))) - 1) < 0.1)
  }

  /// A whole number of blocks of one factor stays as it is, other ones in another pass.
  @Test func blocksAreDroppedWhileTraining() throws {
    let options = BOFTOptions { ($0.blockSize, $0.dropout) = (4, 0.6) }
    let adapter = try bound(BOFT.self, options, site(16, 16))
    adapter.bind(weight: DoubleMatrix(identity: 16).tensor, bias: .zeros([16]))
    var stream = RandomGenerator(seed: 4)
    adapter.parameters[0].update(to: stream.normal(64))
    let x = Tensor(stream.normal(16), shape: [1, 16])
    func still(_ seed: UInt64, training: Bool) -> [Int] {
      let pass = ForwardPass(
        isTraining: training, images: 1, generator: RandomGenerator(seed: seed))
      let delta = adapter.delta(of: x, in: pass).values
      return (0..<4).filter { block in delta[block * 4..<block * 4 + 4].allSatisfy { $0 == 0 } }
    }
    let dropped = (0..<8).map { still($0, training: true) }
    let counts = Set(dropped.map(\.count))
    #expect(counts == [2])
    #expect(Set(dropped).count > 1)
    let kept = still(0, training: false)
    #expect(kept.isEmpty)
  }
}
