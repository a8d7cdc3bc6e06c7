// The rules that need the compiler are left out.
export default {};
