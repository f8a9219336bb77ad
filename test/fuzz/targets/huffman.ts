import { check, type FuzzTarget } from "../fuzz-target.ts";
import { runtime } from "../runtime.ts";

/** The bytes are read as Huffman's code, and are text that is written in it and read back. */
export const target: FuzzTarget = {
  summary: "Huffman's code of HPACK, both ways: --executions N [--seed S]",
  folders: ["http2/hpack"],
  pieces: [Buffer.from("www.example.com"), Buffer.from([0xff, 0xff, 0xff, 0xff])],
  seeds: () => [Buffer.from("f1e3c2e5f23a6ba0ab90f4ff", "hex"), Buffer.from("grpc-status")],
  async prepare() {
    const { decodeHuffman, huffmanLength, writeHuffman } = await runtime.huffman();
    const { HpackError } = await runtime.hpack();
    const encode = (text: string): Uint8Array => {
      const bytes = new Uint8Array(huffmanLength(text));
      check(writeHuffman(bytes, 0, text) === bytes.length, "the code is not as long as was said");
      return bytes;
    };
    return (input) => {
      const text = Buffer.from(input).toString("latin1");
      const coded = encode(text);
      check(decodeHuffman(coded, 0, coded.length) === text, "text is not what it was");
      let decoded: string;
      try {
        decoded = decodeHuffman(input, 0, input.length);
      } catch (error) {
        if (error instanceof HpackError) return;
        throw error;
      }
      // There is one code for each text, padding included (RFC 7541 §5.2).
      check(Buffer.compare(encode(decoded), input) === 0, "two codes for one text");
    };
  },
};
