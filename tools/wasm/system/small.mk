# Kiwisolver, and Pillow's core with zlib, which are too small to need a build system of their own.
SUFFIX := .cpython-314-wasm32-emscripten.so
CPPFLAGS := -O2 -DNDEBUG -I/build/include
KIWI := $(patsubst %.cpp,%.o,$(wildcard kiwisolver/py/src/*.cpp))
ZLIB := $(addprefix zlib/,adler32.o compress.o crc32.o deflate.o inffast.o inflate.o inftrees.o trees.o uncompr.o zutil.o)
PILLOW := $(addprefix pillow/src/,_imaging.o decode.o encode.o map.o display.o outline.o path.o) \
	$(patsubst %.c,%.o,$(wildcard pillow/src/libImaging/*.c))

all: kiwisolver/py/kiwisolver/_cext$(SUFFIX) pillow/src/PIL/_imaging$(SUFFIX)

kiwisolver/py/kiwisolver/_cext$(SUFFIX): $(KIWI)
	/build/bin/c++ $^ -o $@

pillow/src/PIL/_imaging$(SUFFIX): $(PILLOW) $(ZLIB)
	/build/bin/cc $^ -o $@

kiwisolver/%.o: kiwisolver/%.cpp
	/build/bin/c++ $(CPPFLAGS) -std=c++17 -Ikiwisolver -I/build/site/cppy/include -c $< -o $@

pillow/%.o: pillow/%.c
	/build/bin/cc $(CPPFLAGS) -Izlib -Ipillow/src/libImaging -DHAVE_LIBZ -DPILLOW_VERSION='"$(PILLOW_VERSION)"' -c $< -o $@

zlib/%.o: zlib/%.c
	/build/bin/cc $(CPPFLAGS) -Izlib -c $< -o $@
