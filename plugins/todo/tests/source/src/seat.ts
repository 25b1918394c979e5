// TODO(mira): free the seat when the browser closes
export const seat = 1;
/* FIXME round to cents */
