/** The list of clients: filters and order in the address, views under a name, the grid by keys alone, and changes of many at once. */
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { goTo, readSavedList, savedBy } from './steps.ts';

test.describe.configure({ mode: 'serial' });

const group = 'Estates';
/** In alphabetical order, and no part of any code. */
const trees = ['Alder', 'Birch', 'Cedar', 'Damson', 'Elder', 'Fig tree', 'Gorse', 'Hazel'];
const count = trees.length;
const nameOf = (number: number): string => `Estate ${trees[number - 1] ?? ''}`;

test.beforeAll(async ({ office, desk: { page } }) => {
  const { vault } = await office.anna.vaults.add({ name: group });
  // Two in eight are Secret, whose names no list keeps; the rest are Standard.
  await office.anna.clients.addMany(
    Array.from({ length: count }, (_, place) => ({
      name: nameOf(place + 1),
      class: place < 2 ? (3 as const) : (1 as const),
    })),
    { vault },
  );
  await page.goto('/clients');
  await page.getByLabel('Filter by group').selectOption({ label: group });
  await expect(dataRows(page)).toHaveCount(count, { timeout: 30_000 });
  await expect(rowOf(page, nameOf(1))).toBeVisible();
});

function grid(page: Page): Locator {
  return page.getByRole('grid', { name: 'Clients' });
}

function dataRows(page: Page): Locator {
  return grid(page).locator('[role=row][aria-rowindex]:not([aria-rowindex="1"])');
}

function rowOf(page: Page, name: string): Locator {
  return grid(page).getByRole('row', { name: new RegExp(`^${name}, `, 'u') });
}

/** The names of the rows, from above. */
async function listNames(page: Page): Promise<readonly string[]> {
  return await dataRows(page).evaluateAll((rows) =>
    rows
      .toSorted((left, right) => Number(left.ariaRowIndex) - Number(right.ariaRowIndex))
      .map((row) => row.ariaLabel?.split(',')[0] ?? ''),
  );
}

function header(page: Page, title: string): Locator {
  return grid(page).getByRole('columnheader', { name: title, exact: true });
}

test('filters and order stand in the address and are the same after a reload; names and words do not', async ({
  desk: { page },
}) => {
  await page.getByLabel('Filter by class').selectOption({ label: 'Standard' });
  await header(page, 'Name').click();
  await expect(header(page, 'Name')).toHaveAttribute('aria-sort', 'ascending');
  await header(page, 'Name').click();
  await expect(header(page, 'Name')).toHaveAttribute('aria-sort', 'descending');
  const falling = [8, 7, 6, 5, 4, 3].map(nameOf);
  await expect.poll(async () => await listNames(page)).toEqual(falling);
  const { searchParams } = new URL(page.url());
  expect([...searchParams.keys()].toSorted()).toEqual(['class', 'group', 'order', 'reversed']);
  expect(page.url()).not.toContain('Estate');
  await page.reload();
  await expect.poll(async () => await listNames(page), { timeout: 30_000 }).toEqual(falling);
  await expect(page.getByLabel('Filter by class')).toHaveValue('1');
  await expect(page.getByLabel('Filter by group').locator('option:checked')).toHaveText(group);
  await expect(header(page, 'Name')).toHaveAttribute('aria-sort', 'descending');
  await page.getByRole('searchbox', { name: `Find in ${group}` }).fill('estate gorse');
  await expect.poll(async () => await listNames(page)).toEqual([nameOf(7)]);
  expect(decodeURIComponent(page.url())).not.toMatch(/gorse/iu);
  await page.getByRole('button', { name: 'Clear search' }).click();
});

test('a view keeps filters under a name, says when they were changed, can be shown first and can be deleted', async ({
  desk: { page },
}) => {
  const views = page.locator('.clients-views').getByRole('button').first();
  const choose = async (item: string): Promise<void> => {
    await views.click();
    await page.locator('.menu-item').filter({ hasText: item }).click();
  };
  await choose('Save this view');
  const dialog = page.getByRole('dialog', { name: 'Save this view' });
  await dialog.getByRole('button', { name: 'Save view' }).click();
  await expect(dialog.getByLabel('Name of the view')).toHaveAttribute('aria-invalid', 'true');
  await dialog.getByLabel('Name of the view').fill('Standard estates');
  await dialog.getByRole('button', { name: 'Save view' }).click();
  await expect(views).toHaveText('Standard estates');
  await expect(page).toHaveURL(/[?&]view=[0-9a-f]{16}/u);
  expect(decodeURIComponent(page.url())).not.toContain('Standard');
  await page.getByLabel('Filter by class').selectOption({ label: 'Secret' });
  await expect(views).toHaveText('Standard estates, changed');
  await choose('All clients');
  await expect(views).toHaveText('Views');
  await expect(page.getByLabel('Filter by class')).toHaveValue('');
  await choose('Standard estates');
  const falling = [8, 7, 6, 5, 4, 3].map(nameOf);
  await expect.poll(async () => await listNames(page)).toEqual(falling);
  await choose('Show this view first');
  await goTo(page, 'Today');
  await goTo(page, 'Clients');
  await expect.poll(async () => await listNames(page)).toEqual(falling);
  await expect(views).toHaveText('Standard estates');
  await choose('Delete this view');
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete view' }).click();
  await expect(views).toHaveText('Views');
  await goTo(page, 'Today');
  await goTo(page, 'Clients');
  await expect(page).toHaveURL(/\/clients$/u);
});

test('the grid is one stop: arrows, ends and letters move, the head sorts, and Enter opens', async ({
  desk: { page },
}) => {
  await page.getByLabel('Filter by group').selectOption({ label: group });
  await header(page, 'Name').click();
  await expect.poll(async () => (await listNames(page))[0]).toBe(nameOf(1));
  const press = async (...keys: readonly string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key);
  };
  await expect(grid(page)).toHaveAttribute('aria-rowcount', String(count + 1));
  await page.getByRole('searchbox', { name: `Find in ${group}` }).focus();
  await press('ArrowDown');
  await expect(rowOf(page, nameOf(1))).toBeFocused();
  await expect(grid(page).locator('[tabindex="0"]')).toHaveCount(1);
  await press('ArrowDown', 'j');
  await expect(rowOf(page, nameOf(3))).toBeFocused();
  await press('k');
  await expect(rowOf(page, nameOf(2))).toBeFocused();
  await press('End');
  await expect(rowOf(page, nameOf(count))).toBeFocused();
  // In the head the column is the one that was used last.
  await press('Home', 'ArrowUp');
  await expect(header(page, 'Name')).toBeFocused();
  await press('ArrowLeft');
  await expect(header(page, 'Code')).toBeFocused();
  await press('ArrowRight', 'Enter');
  await expect(header(page, 'Name')).toBeFocused();
  await expect(header(page, 'Name')).toHaveAttribute('aria-sort', 'descending');
  await press('Enter', 'ArrowDown', 'ArrowDown');
  await expect(rowOf(page, nameOf(2))).toBeFocused();
  await press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toContainText(nameOf(2));
  await page.goBack();
  await expect.poll(async () => await listNames(page)).toHaveLength(count);
});

test('rows are selected by keys, by a range and all at once; what is selected is counted', async ({
  desk: { page },
}) => {
  const isSelected = async (): Promise<readonly string[]> =>
    await dataRows(page).evaluateAll((rows) =>
      rows
        .filter((row) => row.ariaSelected === 'true')
        .map((row) => row.ariaLabel?.split(',')[0] ?? '')
        .toSorted(),
    );
  const bar = page.getByRole('region', { name: /^\d+ selected$/u });
  const all = grid(page).getByRole('checkbox', { name: 'Select all clients shown' });
  await page.getByRole('searchbox', { name: `Find in ${group}` }).focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('x');
  await expect.poll(isSelected).toEqual([nameOf(1)]);
  await expect(bar).toHaveAccessibleName('1 selected');
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Shift+ArrowDown');
  await expect.poll(isSelected).toEqual([1, 2, 3].map(nameOf));
  await page.keyboard.press('Space');
  await expect.poll(isSelected).toEqual([1, 2].map(nameOf));
  await page.keyboard.press('Control+a');
  await expect(bar).toHaveAccessibleName(`${String(count)} selected`);
  await expect(all).toBeChecked();
  await page.keyboard.press('Control+a');
  await expect(bar).toHaveCount(0);
  await rowOf(page, nameOf(4)).click({ modifiers: ['Control'] });
  await rowOf(page, nameOf(6)).click({ modifiers: ['Shift'] });
  await expect.poll(isSelected).toEqual([4, 5, 6].map(nameOf));
  // Rows that a filter hides stay selected and counted; the box of all speaks of the rows that are shown.
  await page.getByLabel('Filter by class').selectOption({ label: 'Secret' });
  await expect.poll(async () => await listNames(page)).toHaveLength(2);
  await expect(bar).toHaveAccessibleName('3 selected');
  await expect(all).not.toBeChecked();
  await page.getByLabel('Filter by class').selectOption({ label: 'Any class' });
  await expect.poll(isSelected).toEqual([4, 5, 6].map(nameOf));
});

test('a review date and a lead are set for many, undone for many, and a list of them is saved', async ({
  desk: { page },
  office,
}) => {
  const bar = page.getByRole('region', { name: '3 selected' });
  const said = page.getByRole('log');
  await bar.getByRole('button', { name: 'Set review date' }).click();
  const review = page.getByRole('dialog', { name: 'Set the review date of 3 clients' });
  await review.getByRole('button', { name: 'Set review date' }).click();
  await expect(review.getByText('Choose a day.')).toBeVisible();
  await review.getByLabel('Review on').fill('2031-05-14');
  await review.getByRole('button', { name: 'Set review date' }).click();
  // Whoever points at it has its time stand still.
  await said.getByText('Review date of 3 clients changed.').hover();
  for (const number of [4, 5, 6]) await expect(rowOf(page, nameOf(number))).toContainText('14 May 2031');
  await said.getByRole('button', { name: 'Undo' }).last().click();
  await expect(said.getByText('3 clients are as they were.')).toBeVisible({ timeout: 30_000 });
  await expect(rowOf(page, nameOf(4))).not.toContainText('2031');
  await bar.getByRole('button', { name: 'Set lead' }).click();
  const lead = page.getByRole('dialog', { name: 'Set the lead of 3 clients' });
  await lead.getByRole('combobox', { name: 'Lead' }).fill('Anna');
  await page.getByRole('option', { name: /Anna Lindqvist/u }).click();
  await lead.getByRole('button', { name: 'Set lead' }).click();
  await expect(said.getByText('Lead of 3 clients changed.')).toBeVisible({ timeout: 30_000 });
  await expect(rowOf(page, nameOf(5))).toContainText('Anna Lindqvist');
  const [profile] = await office.anna.clients.find(nameOf(5));
  expect(profile).toMatchObject({ lead: office.anna.me.person });
  expect(profile?.reviewAtMs).toBeUndefined();
  const saved = await savedBy(page, async () => bar.getByRole('button', { name: 'Export list' }).click());
  await expect(said.getByText('3 clients exported. The file is not encrypted.')).toBeVisible();
  const [head, ...rows] = readSavedList(saved);
  expect(head?.slice(0, 2)).toEqual(['Code', 'Name']);
  expect(rows.map((row) => [row[1], row[3], row[4]].join(' | ')).toSorted()).toEqual(
    [4, 5, 6].map((number) => `${nameOf(number)} | ${group} | Anna Lindqvist`),
  );
  await bar.getByRole('button', { name: 'Clear' }).click();
  await expect(bar).toHaveCount(0);
});
