/// The memory of one or more tensors; given back to the pool when the last of them is gone.
@safe
final class Storage {
  @unsafe let pointer: UnsafeMutablePointer<Float>
  let capacity: Int

  init(count: Int) {
    capacity = BufferPool.capacity(for: count)
    unsafe pointer = BufferPool.take(capacity: capacity)
    #if DEBUG
      // What is read before it is written shows.
      unsafe pointer.initialize(repeating: .nan, count: capacity)
    #endif
  }

  deinit {
    unsafe BufferPool.give(pointer, capacity: capacity)
  }
}
