import AOFT
import PETL

// How long AOFT's products take, forward and backward, beside two forms that build their matrices.
//   swift run -c release MeasureAOFT

let (rows, width, rank) = (1576, 768, 8)
var generator = RandomGenerator(seed: 0)
let site = AdaptationSite(kind: .value, layer: 0, inputWidth: width, outputWidth: width)
let adapter = try AOFT(
  site: site, options: AOFTOptions { ($0.rank, $0.lambda) = (rank, .none) }, generator: generator)
let (down, up) = (adapter.parameters[0].value, adapter.parameters[1].value)
let x = Tensor(generator.normal(rows * width), shape: [rows, width]).differentiable()
let upstream = Tensor(generator.normal(rows * width), shape: [rows, width])
let pass = ForwardPass(isTraining: true, images: 8, generator: generator)

/// Q(q), [N, N], in full.
func rotation(_ q: Tensor) -> Tensor {
  let first = q.sliced(axis: 0, 0..<1)
  let v = q.sliced(axis: 0, 1..<width)
  let outer = v.reshaped([width - 1, 1]) * v.reshaped([1, width - 1])
  let corner = DoubleMatrix(identity: width - 1).tensor - outer * (first + 1).reciprocal()
  let top = Tensor.concatenated([first, -v], axis: 0).reshaped([1, width])
  let rest = Tensor.concatenated([v.reshaped([width - 1, 1]), corner], axis: 1)
  return Tensor.concatenated([top, rest], axis: 0)
}

let forms: [(name: String, delta: () -> Tensor)] = [
  ("AOFT as the plugin has it", { adapter.delta(of: x, in: pass) }),
  (
    "dense: x Q, first d columns, back by Q_up",
    {
      let s = x.matmul(rotation(down)).sliced(axis: 1, 0..<rank)
      let padded = Tensor.concatenated([s, .zeros([rows, width - rank])], axis: 1)
      return padded.matmul(rotation(up), transposingOther: true)
    }
  ),
  (
    "Q built, its first d columns multiplied",
    {
      let ao = [down, up].map { rotation($0).sliced(axis: 1, 0..<rank) }
      return x.matmul(ao[0]).matmul(ao[1], transposingOther: true)
    }
  ),
]

let reference = forms[1].delta().values
var fastest: [Double] = []
for (name, delta) in forms {
  let distance = zip(delta().values, reference).map { abs($0 - $1) }.max() ?? 0
  var best = Double.infinity
  let clock = ContinuousClock()
  for _ in 0..<20 {
    let start = clock.now
    _ = delta().backward(from: upstream)
    best = min(best, (clock.now - start) / .milliseconds(1))
  }
  fastest.append(best)
  let hundredths = Double((best * 100).rounded()) / 100
  print("\(name): \(hundredths) ms forward and backward, differs by \(distance)")
}
for index in 1..<forms.count {
  let ratio = Double((fastest[index] / fastest[0] * 10).rounded()) / 10
  print("\(ratio) times the plugin's: \(forms[index].name)")
}
