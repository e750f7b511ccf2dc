export const doctor = { syntax: { name: "doctor", summary: "", options: {} }, run: async () => 0 };
