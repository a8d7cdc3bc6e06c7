export const version = () => 'one';
export const dropped = () => 'one';
