import Foundation
import PETL
import Testing

@Suite("Bicubic resampling of floats without antialias")
struct PlainBicubicTests {
  @Test("averages nothing: from four to two, each is of the nearest four")
  func weights() {
    // Sample 0 lies at 0.5, between samples 0 and 1: weights −0.09375, 0.59375, 0.59375, −0.09375, and
    // the first of them is beyond the edge.
    let result = resampleBicubic([1, 2, 4, 8], height: 1, width: 4, channels: 1, to: (1, 2))
    #expect(result[0] == -0.09375 * 1 + 0.59375 * 1 + 0.59375 * 2 - 0.09375 * 4)
    #expect(result[1] == -0.09375 * 2 + 0.59375 * 4 + 0.59375 * 8 - 0.09375 * 8)
  }

  @Test("leaves a grid of the wanted size as it is")
  func sameSize() {
    let grid: [Float] = [1, 2, 3, 4, 5, 6]
    #expect(resampleBicubic(grid, height: 2, width: 3, channels: 1, to: (2, 3)) == grid)
  }

  @Test("keeps a constant", arguments: [1, 2, 3, 5, 8, 13])
  func constant(_ side: Int) {
    let grid = [Float](repeating: 3, count: 5 * 5)
    let result = resampleBicubic(grid, height: 5, width: 5, channels: 1, to: (side, side))
    #expect(result.count == side * side)
    #expect(result.allSatisfy { abs($0 - 3) < 1e-6 })
  }
}
