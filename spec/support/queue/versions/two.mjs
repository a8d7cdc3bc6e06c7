export const version = () => 'two';
export const added = () => 'two';
