import Backbones
import Testing

/// Operations counted by hand: patch embedding + depth × (maps + attention), twice.
@Suite("The work of a ViT") struct WorkTests {
  @Test(arguments: [
    (ViTConfiguration.base16, 2 * (115_605_504 + 12 * (1_394_343_936 + 59_610_624))),
    (.tiny16, 2 * (28_901_376 + 12 * (87_146_496 + 14_902_656))),
    (.micro, 2 * (393_216 + 6 * (12_779_520 + 1_081_600))),
  ])
  func counts(_ configuration: ViTConfiguration, _ operations: Int) {
    #expect(configuration.forwardOperations == operations)
  }

  @Test func withoutAClassToken() {
    let configuration = ViTConfiguration(
      imageSize: 8, patchSize: 4, width: 4, depth: 1, heads: 1, mlpWidth: 8, hasClassToken: false)
    // 4 patches of 48 numbers; maps of 4 × (12 + 4 + 8 + 8); 4 × 4 scores of 4, twice.
    #expect(configuration.forwardOperations == 2 * (768 + 512 + 128))
  }
}
