import PETL

/// A matrix as mlx quantises it: `X.weight` of whole numbers, many in 32 bits, with `X.scales` and `X.biases` for the
/// groups of each row.
struct AffineMatrix: QuantizedMatrix {
  let parts: [String]
  let rows: Int
  let columns: Int
  let format: BlockFormat
  private let setting: AffineGroups.Setting
  private let weight: String
  private let store: any WeightStore

  /// - Returns: nil for a tensor that is no quantised matrix.
  /// - Throws: `DiagnosticError` when something of the matrix is missing or does not fit.
  init?(_ entry: TensorEntry, in store: any WeightStore, _ groups: AffineGroups) throws {
    guard entry.name.hasSuffix(".weight") else { return nil }
    let module = String(entry.name.dropLast(".weight".count))
    guard let scales = store.entry("\(module).scales") else { return nil }
    let words = "\(store.name): tensor `\(entry.name)`"
    guard let biases = store.entry("\(module).biases") else {
      throw DiagnosticError("\(words) has scales, and no `\(module).biases`")
    }
    guard entry.type == .u32, entry.shape.count == 2, !entry.shape.contains(0) else {
      throw DiagnosticError(
        "\(words) has scales, and is \(entry.type.rawValue) \(entry.shape)",
        hints: ["expected whole numbers of 32 bits, U32 [out, in × bits / 32]"])
    }
    guard let setting = groups.setting(of: module) else {
      throw DiagnosticError(
        "\(words) has scales, and config.json says of `\(module)` that it is not quantised")
    }
    self.setting = setting
    rows = entry.shape[0]
    columns = entry.shape[1] * 32 / setting.bits
    for part in [scales, biases] where ![.f32, .f16, .bf16].contains(part.type) {
      throw DiagnosticError(
        "\(store.name): tensor `\(part.name)` is \(part.type.rawValue)",
        hints: ["expected F32, F16 or BF16"])
    }
    for part in [scales, biases]
    where part.shape != [rows, columns / setting.size] || columns % setting.size != 0 {
      throw DiagnosticError(
        "\(store.name): tensor `\(part.name)` is \(part.shape), expected \([rows, columns / setting.size]) for "
          + "[\(rows), \(columns)] in groups of \(setting.size)",
        hints: ["see `quantization` in config.json: group_size and bits"])
    }
    format =
      switch (setting.bits, setting.size) {
      case (4, 32): .affine4By32
      case (4, _): .affine4By64
      case (_, 32): .affine8By32
      default: .affine8By64
      }
    parts = [scales.name, biases.name]
    (weight, self.store) = (entry.name, store)
  }

  func blocks() throws -> [UInt8] {
    let numbers = try store.bytes(weight)
    let scales = try store.finiteFloats(parts[0])
    let biases = try store.finiteFloats(parts[1])
    let share = format.length * setting.bits / 8
    let count = rows * columns / format.length
    // A group of 128 is two blocks with the same scale.
    let blocksOfGroup = setting.size / format.length
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count * format.byteCount)
    for block in 0..<count {
      bytes.append(scales[block / blocksOfGroup])
      bytes.append(biases[block / blocksOfGroup])
      bytes += numbers[block * share..<(block + 1) * share]
    }
    return bytes
  }
}
