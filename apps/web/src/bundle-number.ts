/** Number of this edition of the staff app. It grows with every release; an administrator's statement names the smallest that may unlock. */
export const bundleNumber = 1;
