import CKernels
import COpenBLAS

/// Matrix products by OpenBLAS, one thread of it inside each of our workers: the same pool then
/// serves products and everything else, and no two pools fight for the cores.
enum GEMM {
  /// A matrix inside a tensor: `rows` × `cols` at `offset`, `stride` floats from row to row.
  struct Matrix {
    var tensor: Tensor
    var offset = 0
    var rows: Int
    var cols: Int
    var stride: Int
    var isTransposed = false

    /// The tensor seen as a matrix of its last axis and all others.
    init(_ tensor: Tensor, transposed: Bool = false) {
      let (rows, cols) = Kernels.matrix(tensor)
      self.init(tensor, rows: rows, cols: cols, transposed: transposed)
    }

    /// A part of a tensor; rows and columns as they lie in memory, before transposing.
    init(
      _ tensor: Tensor, offset: Int = 0, rows: Int, cols: Int, stride: Int? = nil,
      transposed: Bool = false
    ) {
      self.tensor = tensor
      self.offset = offset
      self.rows = rows
      self.cols = cols
      self.stride = stride ?? cols
      self.isTransposed = transposed
    }

    /// The shape after transposing.
    var height: Int { isTransposed ? cols : rows }
    var width: Int { isTransposed ? rows : cols }
  }

  /// Sets OpenBLAS up once: its kernels for this CPU, and one thread.
  static let isSwitched: Bool = {
    let switched = petl_openblas_select_kernels()
    openblas_set_num_threads(1)
    return switched
  }()

  /// Sets OpenBLAS up before its first product or decomposition: while its kernels are exchanged, and with threads of its
  /// own, no other call may be under way.
  static func setUp() { _ = isSwitched }

  /// c = alpha a b, or c += alpha a b, split over the workers along the longer side of c.
  static func multiply(
    _ a: Matrix, _ b: Matrix, alpha: Float = 1, into c: Matrix, adding: Bool = false
  ) {
    require(
      a.width == b.height && c.rows == a.height && c.cols == b.width,
      "[\(a.height), \(a.width)] × [\(b.height), \(b.width)] is not [\(c.rows), \(c.cols)].")
    let (m, n, k) = (c.rows, c.cols, a.width)
    guard m > 0, n > 0 else { return }
    // A thread is worth about 2^17 multiplications.
    let least = max(1, (1 << 17) / max(1, k))
    if m >= n {
      Workers.split(m, grain: max(16, least / n), multiple: 16) { r in
        run(a, b, alpha, c, adding, rows: r, cols: 0..<n)
      }
    } else {
      Workers.split(n, grain: max(16, least / m), multiple: 16) { r in
        run(a, b, alpha, c, adding, rows: 0..<m, cols: r)
      }
    }
  }

  /// The part `rows` × `cols` of the product, on the calling thread.
  static func run(
    _ a: Matrix, _ b: Matrix, _ alpha: Float, _ c: Matrix, _ adding: Bool, rows: Range<Int>,
    cols: Range<Int>
  ) {
    setUp()
    let i = rows.lowerBound
    let j = cols.lowerBound
    unsafe cblas_sgemm(
      CblasRowMajor, a.isTransposed ? CblasTrans : CblasNoTrans,
      b.isTransposed ? CblasTrans : CblasNoTrans, blasint(rows.count), blasint(cols.count),
      blasint(a.width), alpha, a.tensor.pointer + a.offset + i * (a.isTransposed ? 1 : a.stride),
      blasint(a.stride), b.tensor.pointer + b.offset + j * (b.isTransposed ? b.stride : 1),
      blasint(b.stride), adding ? 1 : 0, c.tensor.pointer + c.offset + i * c.stride + j,
      blasint(c.stride))
  }

  /// The upper triangle of f fᵀ is added to the matrix at `offset` in c, on the calling thread.
  static func addGram(of f: Tensor, to c: Tensor, offset: Int) {
    setUp()
    let (rows, cols) = Kernels.matrix(f)
    unsafe cblas_ssyrk(
      CblasRowMajor, CblasUpper, CblasNoTrans, blasint(rows), blasint(cols), 1, f.pointer,
      blasint(cols), 1, c.pointer + offset, blasint(rows))
  }
}
