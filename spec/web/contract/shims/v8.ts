// The rule that needs it is left out.
export default {};
