import Foundation
import PETL
import TestSupport
import Testing

@testable import Checkpoints

/// The archives that NumPy wrote (Fixtures/make_npz.py).
struct NPZTests {
  static let ramp: [Float] = [-1, -0.875, -0.75, -0.625, -0.5, -0.375]

  @Test("are read back as they were written, bit for bit")
  func writing() throws {
    let values = (0..<24).map { Float($0) / 7 }
    let records = [
      TensorRecord.float32("params/a", shape: [2, 3, 4], values),
      TensorRecord.float16("b", shape: [24], values), .float32("scalar", shape: [], [3]),
    ]
    let archive = try NPZArchive(bytes: NPZWriter.data(records), name: "made.npz")
    #expect(archive.entries.map(\.name) == ["b", "params/a", "scalar"])
    for record in records {
      #expect(archive.entry(record.name)?.shape == record.shape)
      #expect(try archive.bytes(record.name) == record.bytes)
    }
    expectComplaint("which NumPy has no type for") {
      try NPZWriter.data([.bfloat16("x", shape: [1], [1])])
    }
    expectComplaint("two tensors called `b`") { try NPZWriter.data([records[1], records[1]]) }
  }

  @Test(arguments: ["stored", "compressed"])
  func readsWhatNumPyWrote(_ file: String) throws {
    let archive = try NPZArchive(path: fixture("npz/\(file).npz"))
    for name in ["f2", "f8", "Transformer/encoderblock_0/kernel"] {
      #expect(try archive.floats(name) == Self.ramp)
      #expect(archive.entry(name)?.shape == [2, 3])
    }
    #expect(try archive.floats("scalar") == [2.5])
    #expect(archive.entry("scalar")?.shape == [])
    #expect(try archive.floats("empty") == [])
    #expect(archive.entry("empty")?.shape == [0, 4])
    #expect(try archive.floats("vector") == [0, 1, 2])
    #expect(archive.entries.map(\.name) == archive.entries.map(\.name).sorted())
    #expect(archive.metadata.isEmpty)
    expectComplaint("tensor `step` is I64, expected F32") { try archive.floats("step") }
    expectComplaint("did you mean `vector`?") { try archive.floats("vectro") }
  }

  @Test func inflatesLongTensors() throws {
    let archive = try NPZArchive(path: fixture("npz/compressed.npz"))
    let values = try archive.floats("long")
    #expect(values == (0..<64 * 256).map { Float($0 % 256) })
  }

  @Test func readsAllVersionsBehindDataDescriptors() throws {
    let archive = try NPZArchive(path: fixture("npz/descriptors.npz"))
    #expect(archive.entries.map(\.name) == ["v1", "v2", "v3"])
    for entry in archive.entries { #expect(try archive.floats(entry.name) == Self.ramp) }
  }

  @Test func refusesAllAtOnce() {
    let text = complaint { try NPZArchive(path: fixture("npz/refused.npz")) }
    for words in [
      "tensor `fortran` is stored in Fortran order", "tensor `big` holds big-endian",
      "tensor `objects` holds Python objects", "tensor `record` has a record type",
      "tensor `brain` holds raw bytes", "tensor `complex` holds a type that is not read",
    ] {
      #expect(text.contains(words), "\(text)")
    }
  }

  @Test func opensByFormat() throws {
    let npz = fixture("npz/stored.npz")
    #expect(try openWeights(npz) is NPZArchive)
    #expect(try openWeights(fixture("safetensors/floats.safetensors")) is SafetensorsFile)
    expectComplaint("a NumPy archive") { try SafetensorsFile(path: npz) }
    expectComplaint("no weights in this folder") { try openWeights(fixture("npz")) }
  }

  @Test func refusesATorchArchive() throws {
    let zip = storedZip([("archive/data.pkl", [0x80, 2]), ("archive/data/0", [1, 2, 3])])
    expectComplaint("python -c") { try NPZArchive(bytes: zip, name: "model.npz") }
  }
}

/// Every way in which an archive can be broken.
struct BrokenNPZTests {
  /// The bytes of a member with this header text and six numbers.
  func array(_ header: String, version: [UInt8] = [1, 0], numbers: Int = 6) -> [UInt8] {
    let text = Array(header.utf8)
    return [0x93] + Array("NUMPY".utf8) + version + [
      UInt8(text.count & 255), UInt8(text.count >> 8),
    ]
      + text + [UInt8](repeating: 0, count: 4 * numbers)
  }

  @Test(arguments: [
    (
      "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 4), }", "takes 32 bytes, but 24 follow"
    ),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (2), }", "not a dictionary of"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (-6,), }", "not a dictionary of"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': [6], }", "is not what NumPy writes"),
    ("{'descr': '<f4', 'fortran_order': 0, 'shape': (6,), }", "not a dictionary of"),
    ("{'descr': '<f4', 'fortran_order': 'no', 'shape': (6,), }", "is not what NumPy writes"),
    ("{'descr': '<f4', 'fortran_order': False}", "not a dictionary of"),
    ("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (6,)}", "not a dictionary"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (6,)} x", "not a dictionary of"),
    ("{'descr': '<f4", "not a dictionary of"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4)}", "too large"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}", "not a dict"),
    ("{'descr': '<q9', 'fortran_order': False, 'shape': (6,)}", "a type that is not read"),
    ("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (6,)}", "a record type"),
  ])
  func refusesHeaders(_ header: String, _ words: String) {
    let zip = storedZip([("x.npy", array(header))])
    expectComplaint(words) { try NPZArchive(bytes: zip, name: "a.npz") }
  }

  @Test func refusesWhatIsNoArray() {
    let good = "{'descr': '<f4', 'fortran_order': False, 'shape': (6,), }"
    func open(_ member: [UInt8], name: String = "x.npy") -> String {
      complaint { try NPZArchive(bytes: storedZip([(name, member)]), name: "a.npz") }
    }
    #expect(open([1, 2, 3]).contains("does not begin with"))
    #expect(open(array(good, version: [4, 0])).contains("format 4.0"))
    #expect(open(array(good, version: [1, 1])).contains("format 1.1"))
    #expect(open(Array(array(good).prefix(20))).contains("claims a header of"))
    #expect(open(array(good), name: "x.txt").contains("is no array"))
    #expect(open(array(good + String(repeating: " ", count: 20_000))).contains("claims a header"))
  }

  @Test func readsSizesOf64Bits() throws {
    let member = array("{'descr': '<f4', 'fortran_order': False, 'shape': (6,), }")
    let zip = storedZip([("x.npy", member), ("y.npy", member)], wide: true)
    let archive = try NPZArchive(bytes: zip, name: "a.npz")
    #expect(archive.entries.map(\.name) == ["x", "y"])
    #expect(archive.entry("y")?.shape == [6])
    var broken = zip
    broken[zip.count - 22 - 20 + 8] ^= 1
    expectComplaint("64-bit end record") { try NPZArchive(bytes: broken, name: "a.npz") }
  }

  @Test func refusesTwoOfAName() {
    let member = array("{'descr': '<f4', 'fortran_order': False, 'shape': (6,), }")
    let zip = storedZip([("x.npy", member), ("x.npy", member)])
    expectComplaint("two members are called `x.npy`") { try NPZArchive(bytes: zip, name: "a.npz") }
  }

  @Test func refusesArchives() throws {
    let good = try readFile(fixture("npz/stored.npz"), limit: 1 << 20)
    let start = good.count - 22
    let directory = Int(good[start + 16]) | Int(good[start + 17]) << 8
    func with(_ place: Int, _ bytes: UInt8...) -> String {
      var changed = good
      changed.replaceSubrange(place..<place + bytes.count, with: bytes)
      return complaint { try NPZArchive(bytes: changed, name: "a.npz") }
    }
    #expect(with(start, 0).contains("does not end in an end record"))
    #expect(with(start + 4, 1).contains("split into several files"))
    #expect(with(start + 8, 99).contains("split into several files"))
    #expect(with(start + 12, 1, 0, 0, 0).contains("should take 1 bytes"))
    #expect(with(start + 16, 255, 255, 255, 0).contains("should take"))
    #expect(with(start + 8, 6, 0, 6, 0).contains("bytes too many"))
    #expect(with(start + 8, 8, 0, 8, 0).contains("the zip directory is broken"))
    #expect(with(start + 8, 255, 255, 255, 255).contains("cannot be listed"))
    #expect(with(directory, 0).contains("the zip directory is broken at byte \(directory)"))
    #expect(with(directory + 8, 1).contains("is encrypted"))
    #expect(with(directory + 10, 12).contains("compressed by method 12"))
    #expect(with(directory + 20, 0, 0, 0, 1).contains("more than the file has"))
    #expect(with(directory + 20, 255, 255, 255, 255).contains("lacks its 64-bit sizes"))
    #expect(with(directory + 24, 0, 0, 0, 1).contains("claims 16777216 bytes, but holds"))
    #expect(with(directory + 28, 255, 255).contains("the zip directory is broken"))
    #expect(with(directory + 42, 1).contains("has no header at byte 1"))
    #expect(with(directory + 46, 0xFF).contains("not valid UTF-8"))
    #expect(with(directory + 46, 0x61).contains("in its own header"))
    expectComplaint("not a zip archive") { try NPZArchive(bytes: [], name: "a.npz") }
    for count in stride(from: 1, to: good.count, by: 37) {
      let cut = Array(good.prefix(count))
      expectComplaint("a.npz") { try NPZArchive(bytes: cut, name: "a.npz") }
    }
  }

  @Test func findsDamage() throws {
    for file in ["stored", "compressed"] {
      let good = try readFile(fixture("npz/\(file).npz"), limit: 1 << 20)
      let archive = try ZipArchive(ByteStore(bytes: good), name: file)
      let member = try #require(archive.members.first { $0.name == "f2.npy" })
      var bytes = good
      bytes[member.data.upperBound - 4] ^= 0x10
      let text = complaint { try NPZArchive(bytes: bytes, name: file).floats("f2") }
      #expect(text.contains("`f2.npy` is damaged"), "\(text)")
    }
  }

  /// Whatever is damaged, an error comes out of it and nothing worse.
  @Test func survivesDamage() throws {
    var generator = RandomGenerator(seed: 1)
    for file in ["stored", "descriptors"] {
      let good = try readFile(fixture("npz/\(file).npz"), limit: 1 << 20)
      for _ in 0..<400 {
        var bytes = good
        for _ in 0..<3 {
          let place = Int(generator.uniform(1, in: 0..<Float(bytes.count))[0])
          bytes[min(place, bytes.count - 1)] = UInt8(generator.uniform(1, in: 0..<255)[0])
        }
        do {
          let archive = try NPZArchive(bytes: bytes, name: "a.npz")
          for entry in archive.entries { _ = try archive.floats(entry.name) }
        } catch {
          #expect(error is DiagnosticError)
        }
      }
    }
  }
}

/// A zip archive of stored members, their checksums zero.
///
/// With `wide`, all sizes and places stand
/// in 64-bit fields.
func storedZip(_ members: [(name: String, bytes: [UInt8])], wide: Bool = false) -> [UInt8] {
  func little(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
  var (file, directory): ([UInt8], [UInt8]) = ([], [])
  for (name, bytes) in members {
    let size = bytes.count
    let short = little(wide ? -1 : size, 4)
    let common = little(20, 2) + little(0, 2) + little(0, 2) + little(0, 4) + little(0, 4)
    let length = little(name.utf8.count, 2)
    let extra =
      wide ? little(1, 2) + little(24, 2) + [size, size, file.count].flatMap { little($0, 8) } : []
    directory += little(0x0201_4b50, 4) + little(20, 2) + common + short + short + length
    directory += little(extra.count, 2) + little(0, 10) + little(wide ? -1 : file.count, 4)
    directory += Array(name.utf8) + extra
    file += little(0x0403_4b50, 4) + common + little(size, 4) + little(size, 4) + length
    file += little(0, 2) + Array(name.utf8) + bytes
  }
  let place = file.count
  file += directory
  if wide {
    let end = file.count
    file += little(0x0606_4b50, 4) + little(44, 8) + little(45, 4) + little(0, 8)
    file += [members.count, members.count, directory.count, place].flatMap { little($0, 8) }
    file += little(0x0706_4b50, 4) + little(0, 4) + little(end, 8) + little(1, 4)
  }
  let counts = little(wide ? -1 : members.count, 2)
  return file + little(0x0605_4b50, 4) + little(0, 4) + counts + counts
    + little(wide ? -1 : directory.count, 4) + little(wide ? -1 : place, 4) + little(0, 2)
}
