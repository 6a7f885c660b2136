import Foundation
import TestSupport
import Testing

@testable import Tensors

@Suite("Rows outside of the pool")
struct RowStoreTests {
  @Test("come back as they were written, in any order", arguments: [true, false])
  func rows(inMemory: Bool) throws {
    let place: RowStore.Place = inMemory ? .memory : .file(folder: NSTemporaryDirectory())
    let store = try #require(RowStore(count: 5000, width: 6, place: place))
    let before = store.missing([4999, 0, 7])
    #expect(before == [4999, 0, 7])
    store.write(Tensor((0..<18).map(Float.init), shape: [3, 2, 3]), at: [7, 0, 4999])
    let after = store.missing([4999, 3, 7])
    #expect(after == [3])
    let read = store.read([4999, 7, 4999, 0], shape: [3, 2])
    #expect(read.shape == [4, 3, 2])
    #expect(read.values == [12..<18, 0..<6, 12..<18, 6..<12].flatMap { $0.map(Float.init) })
  }

  @Test("in a file leave no name behind")
  func nameless() throws {
    let folder = try ScratchFolder()
    let store = try #require(RowStore(count: 2, width: 3, place: .file(folder: folder.path)))
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(names.isEmpty)
    store.write(.ones([1, 3]), at: [1])
    #expect(store.read([1], shape: [3]).values == [1, 1, 1])
  }

  @Test("are refused where there is no room")
  func noRoom() {
    #expect(RowStore(count: 1, width: 1, place: .file(folder: "/proc/none")) == nil)
    #expect(RowStore(count: 1 << 40, width: 1 << 10, place: .memory) == nil)
    let file = RowStore.Place.file(folder: NSTemporaryDirectory())
    #expect(RowStore(count: 1 << 40, width: 1 << 10, place: file) == nil)
  }
}
