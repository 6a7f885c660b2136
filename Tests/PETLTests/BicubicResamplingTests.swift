import Foundation
import PETL
import TestSupport
import Testing

@Suite("Bicubic resampling of floats")
struct BicubicResamplingTests {
  /// One grid that PyTorch resampled (Tests/Fixtures/make_resize.py).
  struct Case: Decodable {
    let input: Data
    let shape: [Int]
    let size: [Int]
    let output: Data
  }

  private struct Fixture: Decodable {
    let torch: [Case]
  }

  @Test("is PyTorch's antialiased interpolate")
  func equalsTorch() throws {
    let cases = try decodedFixture("resize.json", as: Fixture.self).torch
    #expect(!cases.isEmpty)
    for golden in cases {
      let result = resampleBicubicAntialiased(
        floats(golden.input), height: golden.shape[0], width: golden.shape[1],
        channels: golden.shape[2], to: (golden.size[0], golden.size[1]))
      let expected = floats(golden.output)
      try #require(result.count == expected.count)
      let difference = zip(result, expected).map { abs($0 - $1) }.max() ?? 0
      #expect(difference < 1e-5, "\(golden.shape) to \(golden.size)")
    }
  }

  @Test("leaves a grid of the wanted size as it is")
  func sameSize() {
    let grid: [Float] = [1, 2, 3, 4, 5, 6]
    #expect(resampleBicubicAntialiased(grid, height: 2, width: 3, channels: 1, to: (2, 3)) == grid)
  }

  private func floats(_ data: Data) -> [Float] {
    unsafe data.withUnsafeBytes { unsafe Array($0.bindMemory(to: Float.self)) }
  }
}
