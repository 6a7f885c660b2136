// Products with a frozen matrix by oneDNN 2 or 3. No exception leaves this file.
// Where the headers are missing the stubs stand in: what documents the package builds it with every trait.
#if defined(PETL_ONEDNN) && __has_include(<oneapi/dnnl/dnnl.hpp>)
#include "COneDNN.h"
#include <oneapi/dnnl/dnnl.hpp>
#include <algorithm>
#include <dlfcn.h>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

using dnnl::memory;
using Type = memory::data_type;
using Tag = memory::format_tag;

namespace {

// Keeps the library to the calling thread: the callers split the rows over threads of their own.
// OpenMP holds this number for each thread, and it is put back. A library built on another runtime
// has no such function and is left as it is.
class OneThread {
  using Get = int (*)();
  using Set = void (*)(int);
  static inline const Get get = reinterpret_cast<Get>(dlsym(RTLD_DEFAULT, "omp_get_max_threads"));
  static inline const Set set = reinterpret_cast<Set>(dlsym(RTLD_DEFAULT, "omp_set_num_threads"));
  const int before = get ? get() : 1;

public:
  OneThread() { if (set && before != 1) set(1); }
  ~OneThread() { if (set && before != 1) set(before); }
};

const dnnl::engine &engine() {
  static const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  return engine;
}

size_t rounded(size_t bytes) { return (bytes + 63) / 64 * 64; }

// What oneDNN makes for one number of rows.
struct Plan {
  dnnl::matmul::primitive_desc description;
  dnnl::matmul product;
  memory::desc single, x, y, scratch;
  dnnl::reorder round;  // to bfloat16
};

}  // namespace

struct petl_onednn_product {
  long k, cols;
  Type type;
  memory weight, bias;

  petl_onednn_product(long k, long cols, const float *source, long row_stride, long column_stride,
                      const float *offsets, bool bf16, long rows)
      : k(k), cols(cols), type(bf16 ? Type::bf16 : Type::f32) {
    if (offsets) {
      bias = memory({{1, cols}, Type::f32, Tag::ab}, engine());
      std::copy_n(offsets, cols, static_cast<float *>(bias.get_data_handle()));
    }
    // The library chooses the layout once; every other number of rows takes it as it is.
    auto layout = made(rows, false, {{k, cols}, type, Tag::any}).description.weights_desc();
    memory plain({{k, cols}, Type::f32, {row_stride, column_stride}}, engine(),
                 const_cast<float *>(source));
    weight = memory(layout, engine());
    dnnl::stream stream(engine());
    dnnl::reorder(plain, weight).execute(stream, plain, weight);
    stream.wait();
  }

  std::shared_ptr<const Plan> plan(long rows, bool accumulate) {
    std::lock_guard guard(lock);
    auto &plan = plans[{rows, accumulate}];
    if (!plan) plan = std::make_shared<Plan>(made(rows, accumulate, weight.get_desc()));
    auto result = plan;
    // Batches come in few sizes; whoever has more makes plans again, from the library's own cache.
    if (plans.size() > most_plans) plans.clear();
    return result;
  }

private:
  static constexpr size_t most_plans = 16;
  std::mutex lock;
  std::map<std::pair<long, bool>, std::shared_ptr<const Plan>> plans;

  Plan made(long rows, bool accumulate, const memory::desc &w) const {
    Plan plan;
    plan.single = {{rows, k}, Type::f32, Tag::ab};
    plan.x = {{rows, k}, type, Tag::ab};
    plan.y = {{rows, cols}, Type::f32, Tag::ab};
    dnnl::primitive_attr attributes;
    // Scratch from the caller, so that several threads can run one primitive.
    attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    if (accumulate) {
      dnnl::post_ops operations;
      operations.append_sum(1);
      attributes.set_post_ops(operations);
    }
    auto offsets = bias ? bias.get_desc() : memory::desc();
#if DNNL_VERSION_MAJOR >= 3
    plan.description = {engine(), plan.x, w, offsets, plan.y, attributes};
#else
    plan.description = {dnnl::matmul::desc(plan.x, w, offsets, plan.y), attributes, engine()};
#endif
    plan.product = dnnl::matmul(plan.description);
    plan.scratch = plan.description.scratchpad_desc();
    if (type == Type::bf16)
      plan.round = dnnl::reorder({engine(), plan.single, engine(), plan.x});
    return plan;
  }
};

const char *petl_onednn_version(void) {
  static const std::string text = [] {
    auto v = dnnl_version();
    return std::to_string(v->major) + "." + std::to_string(v->minor) + "." +
           std::to_string(v->patch);
  }();
  return text.c_str();
}

const char *petl_onednn_isa(void) {
  struct Name { dnnl::cpu_isa isa; const char *name; };
  static const Name names[] = {
    {dnnl::cpu_isa::sse41, "sse41"},
    {dnnl::cpu_isa::avx, "avx"},
    {dnnl::cpu_isa::avx2, "avx2"},
    {dnnl::cpu_isa::avx2_vnni, "avx2_vnni"},
    {dnnl::cpu_isa::avx512_core, "avx512_core"},
    {dnnl::cpu_isa::avx512_core_vnni, "avx512_core_vnni"},
    {dnnl::cpu_isa::avx512_core_bf16, "avx512_core_bf16"},
    {dnnl::cpu_isa::avx512_core_amx, "avx512_core_amx"},
#if DNNL_VERSION_MAJOR >= 3
    {dnnl::cpu_isa::avx512_core_fp16, "avx512_core_fp16"},
#endif
  };
  auto isa = dnnl::get_effective_cpu_isa();
  for (auto &each : names)
    if (each.isa == isa) return each.name;
  return "another instruction set";
}

bool petl_onednn_has_bf16(void) {
  // The sets of this value's bits and more have the instructions.
  auto isa = static_cast<unsigned>(dnnl::get_effective_cpu_isa());
  auto wanted = static_cast<unsigned>(dnnl::cpu_isa::avx512_core_bf16);
  return (isa & wanted) == wanted;
}

petl_onednn_product *petl_onednn_create(long k, long cols, const float *source, long row_stride,
                                        long column_stride, const float *bias, bool bf16,
                                        long rows) {
  try {
    OneThread alone;
    return new petl_onednn_product(k, cols, source, row_stride, column_stride, bias, bf16, rows);
  } catch (...) {
    return nullptr;
  }
}

void petl_onednn_destroy(petl_onednn_product *product) { delete product; }

long petl_onednn_scratch(petl_onednn_product *product, long rows, bool accumulate) {
  try {
    OneThread alone;
    auto plan = product->plan(rows, accumulate);
    size_t rounded_x = product->type == Type::bf16 ? rounded(plan->x.get_size()) : 0;
    return static_cast<long>(rounded_x + plan->scratch.get_size());
  } catch (...) {
    return -1;
  }
}

int petl_onednn_run(petl_onednn_product *product, long rows, const float *x, float *y,
                    bool accumulate, void *scratch) {
  try {
    OneThread alone;
    auto plan = product->plan(rows, accumulate);
    dnnl::stream stream(engine());
    memory input(plan->single, engine(), const_cast<float *>(x));
    auto free = static_cast<char *>(scratch);
    if (product->type == Type::bf16) {
      memory halves(plan->x, engine(), free);
      free += rounded(plan->x.get_size());
      plan->round.execute(stream, input, halves);
      input = halves;
    }
    std::unordered_map<int, memory> arguments = {
      {DNNL_ARG_SRC, input},
      {DNNL_ARG_WEIGHTS, product->weight},
      {DNNL_ARG_DST, memory(plan->y, engine(), y)},
      {DNNL_ARG_SCRATCHPAD, memory(plan->scratch, engine(), free)},
    };
    if (product->bias) arguments[DNNL_ARG_BIAS] = product->bias;
    plan->product.execute(stream, arguments);
    stream.wait();
    return 0;
  } catch (const dnnl::error &error) {
    return error.status;
  } catch (...) {
    return -1;
  }
}
#endif
